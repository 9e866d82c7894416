namespace Gatehouse.Diagnosis;

/// <summary>One kind of failure and how often it came.</summary>
/// <param name="Signature">What kind: <c>agent_failed</c>, <c>agent_rate_limited</c>, <c>agent_unreachable</c>, or an HTTP status such as <c>status 401</c>.</param>
/// <param name="Count">How often.</param>
public sealed record FailureCount(string Signature, long Count)
{
    /// <summary>The first of them; null if it is not known.</summary>
    public DateTimeOffset? First { get; init; }

    /// <summary>The latest of them; null if it is not known.</summary>
    public DateTimeOffset? Last { get; init; }

    /// <summary>In words, without secrets.</summary>
    public string? Text { get; init; }
}

/// <summary>What the calls to one model's provider came to, in the last quarter of an hour.</summary>
public sealed record ProviderEvidence
{
    /// <summary>The agent, or the provider, by name.</summary>
    public required string Name { get; init; }

    /// <summary>How many calls there were.</summary>
    public long Calls { get; init; }

    /// <summary>What failed.</summary>
    public IReadOnlyList<FailureCount> Failures { get; init => field = value ?? []; } = [];

    /// <summary>How long half of the calls took to say their first word; null if it is not known.</summary>
    public TimeSpan? FirstWord { get; init; }

    /// <summary>How long that may take before it counts as slow; null: 10 s.</summary>
    public TimeSpan? SlowAfter { get; init; }
}
