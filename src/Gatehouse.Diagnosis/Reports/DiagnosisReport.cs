namespace Gatehouse.Diagnosis;

/// <summary>
/// Why: from the symptom down to the deepest causes that the evidence reaches. The same case gives the same report, byte for byte.
/// Immutable.
/// </summary>
public sealed record DiagnosisReport
{
    /// <summary>The version of this form, as in <c>docs/schemas/diagnosis.schema.json</c>.</summary>
    public int Version { get; init => field = value == 0 ? 1 : value; } = 1;

    /// <summary>When the case was taken.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it is about.</summary>
    public required Subject Subject { get; init; }

    /// <summary>How sure it is: as sure as the least sure of its roots.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The whole in one sentence or two.</summary>
    public required string Summary { get; init; }

    /// <summary>What was seen, given or found; null if nothing is wrong.</summary>
    public Symptom? Symptom { get; init; }

    /// <summary>When it began; null if nothing is wrong or it cannot be told.</summary>
    public DateTimeOffset? Onset { get; init; }

    /// <summary>The symptom and below it its causes, as deep as they go; null if nothing is wrong.</summary>
    public Hop? Chain { get; init; }

    /// <summary>The deepest causes, the likeliest first; empty if nothing is wrong or nothing can be told.</summary>
    public IReadOnlyList<Root> Roots { get; init => field = value ?? []; } = [];

    /// <summary>What was considered and is not a cause, with why not.</summary>
    public IReadOnlyList<RuledOut> RuledOut { get; init => field = value ?? []; } = [];

    /// <summary>What made it worse, or possible, without being the cause.</summary>
    public IReadOnlyList<Factor> Factors { get; init => field = value ?? []; } = [];

    /// <summary>Who is hit.</summary>
    public BlastRadius BlastRadius { get; init => field = value ?? new(); } = new();

    /// <summary>What happened, in the order of time.</summary>
    public IReadOnlyList<Happening> Timeline { get; init => field = value ?? []; } = [];

    /// <summary>How long it went unseen, and why; null if nothing is wrong.</summary>
    public DetectionGap? DetectionGap { get; init; }

    /// <summary>The nodes that should be looked at once more; explain the case again with the answers in <see cref="Case.Rechecks"/>.</summary>
    public IReadOnlyList<LookAgain> LookAgain { get; init => field = value ?? []; } = [];

    /// <summary>What is not known and would tell more.</summary>
    public IReadOnlyList<string> OpenQuestions { get; init => field = value ?? []; } = [];
}
