using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>
/// All that is known about a failure, or about a service in which something may be wrong: the input of <see cref="FiveWhys.Explain"/>.
/// What is not known is left out, and is never taken for good. Immutable; can be saved and explained again.
/// </summary>
public sealed record Case
{
    /// <summary>The version of this form.</summary>
    public int Version { get; init => field = value == 0 ? 1 : value; } = 1;

    /// <summary>When the case was taken, by the wall clock of the instance.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it is about.</summary>
    public Subject Subject { get; init => field = value ?? new(); } = new();

    /// <summary>What somebody has seen; null: it is found from the rest.</summary>
    public Symptom? Symptom { get; init; }

    /// <summary>The start-up graph; null where it cannot be asked, as from outside.</summary>
    public GraphEvidence? Graph { get; init; }

    /// <summary>What the front door did; null if it is not known.</summary>
    public AdmissionEvidence? Admission { get; init; }

    /// <summary>The process itself; null if it is not known.</summary>
    public ProcessEvidence? Process { get; init; }

    /// <summary>What calls to models' providers came to.</summary>
    public IReadOnlyList<ProviderEvidence> Providers { get; init => field = value ?? []; } = [];

    /// <summary>What a client sees; null if nobody has looked.</summary>
    public OutsideProbe? Outside { get; init; }

    /// <summary>What the platform says of the service; null if it was not asked.</summary>
    public PlatformEvidence? Platform { get; init; }

    /// <summary>Deployments, migrations, starts, drains.</summary>
    public IReadOnlyList<Mark> Marks { get; init => field = value ?? []; } = [];

    /// <summary>The answers to an earlier report's <see cref="DiagnosisReport.LookAgain"/>. A node is asked for once.</summary>
    public IReadOnlyList<Recheck> Rechecks { get; init => field = value ?? []; } = [];

    /// <summary>By how much the clocks of those who wrote the times above may differ; null: 2 s.</summary>
    public TimeSpan? ClockSlack { get; init; }

    /// <summary>A case from a graph's snapshot and each node's history, for example <c>Case.Of(graph.Current, graph.History)</c>.</summary>
    public static Case Of(ReadinessSnapshot snapshot, Func<string, IReadOnlyList<NodeEvent>> history)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new() { At = snapshot.At, Graph = GraphEvidence.Of(snapshot, history) };
    }
}
