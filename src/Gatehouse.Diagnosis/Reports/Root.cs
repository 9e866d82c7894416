namespace Gatehouse.Diagnosis;

/// <summary>One deepest cause.</summary>
public sealed record Root
{
    /// <summary>The code of the catalogue, such as <c>schema.table_missing</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The cause in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>How sure it is: confirmed or likely.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The node or provider at which it shows; null if it shows at none.</summary>
    public string? Node { get; init; }

    /// <summary>When it began; null if that is not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it ended, while what it harmed is still ill; null if it has not, or that is not known.</summary>
    public DateTimeOffset? RecoveredAt { get; init; }

    /// <summary>The ids of the hops from the symptom to the last why. Its length is the number of whys.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>Why it is as sure as it is: what spoke for it and against it.</summary>
    public IReadOnlyList<Weight> Weights { get; init => field = value ?? []; } = [];

    /// <summary>What to do: now, next, and so that it does not come again.</summary>
    public IReadOnlyList<Remedy> Remedies { get; init => field = value ?? []; } = [];
}

/// <summary>What speaks for a root, or against it.</summary>
/// <param name="Term">What.</param>
/// <param name="Points">How much; negative: against it. Confirmed from 80 on.</param>
public sealed record Weight(string Term, int Points);
