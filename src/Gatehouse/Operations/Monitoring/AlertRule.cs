namespace Gatehouse.Operations.Monitoring;

/// <summary>One alert, as Prometheus and Cloud Monitoring both get it.</summary>
/// <param name="Name">Also its section in the runbook, in lower case.</param>
/// <param name="Query">By way of recorded series, where there are some.</param>
/// <param name="For">How long the query must hold.</param>
/// <param name="Summary">What is wrong, in one line; may name labels as <c>{{ $labels.node }}</c>.</param>
/// <param name="Description">What it means and what happens next.</param>
internal sealed record AlertRule(string Name, string Group, Severity Severity, string Query, TimeSpan For, string Summary, string Description)
{
    /// <summary>The query without recorded series, for where there are none.</summary>
    public string PlainQuery { get; init; } = Query;

    public string RunbookOf(Slo slo) => $"{slo.Runbook}#{Name.ToLowerInvariant()}";
}

/// <summary>A series that is computed in advance.</summary>
internal sealed record RecordingRule(string Name, string Query);
