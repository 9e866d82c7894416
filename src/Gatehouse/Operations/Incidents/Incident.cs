using Gatehouse.Diagnosis;

namespace Gatehouse.Operations.Incidents;

/// <summary>A breach, or several with one cause, with its diagnosis, what was done about it, and all that happened. Immutable.</summary>
internal sealed record Incident
{
    public required string Id { get; init; }

    /// <summary>Grows with every change.</summary>
    public required long Version { get; init; }

    /// <summary>In a few words: the root if it is known, else the breach.</summary>
    public required string Title { get; init; }

    /// <summary>The rules that were broken, the first one first.</summary>
    public required IReadOnlyList<IncidentRule> Rules { get; init; }

    public required string Instance { get; init; }

    public required string Revision { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it was closed: after nothing was broken for as long as stability takes. Null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Since when nothing is broken any more; null while something is.</summary>
    public DateTimeOffset? MendedAt { get; init; }

    /// <summary>How often it seemed over and was not.</summary>
    public int Relapses { get; init; }

    public IncidentImpact Impact { get; init; } = new();

    /// <summary>What was done, in order; with <see cref="IncidentAction.DryRun"/> what would have been.</summary>
    public IReadOnlyList<IncidentAction> Actions { get; init; } = [];

    /// <summary>All that happened, in order, the actions included.</summary>
    public IReadOnlyList<IncidentEntry> Timeline { get; init; } = [];

    /// <summary>What was known at the onset.</summary>
    public Case? Case { get; init; }

    /// <summary>Why: the best explanation so far.</summary>
    public DiagnosisReport? Diagnosis { get; init; }

    public bool IsOpen => ClosedAt is null;

    /// <summary>The causes, each with the node at which it shows, so that two incidents of one cause are known to be.</summary>
    public IReadOnlyList<string> Roots => Diagnosis is null ? [] : [.. Diagnosis.Roots.Select(root => root.Node is null ? root.Code : $"{root.Code}@{root.Node}")];
}

/// <summary>What it has cost, on this instance.</summary>
internal sealed record IncidentImpact
{
    public long UpgradesRefused { get; init; }

    public long TurnsFailed { get; init; }

    public double SecondsNotReady { get; init; }
}

/// <summary>What an entry of the timeline tells of.</summary>
internal enum IncidentEntryKind { Opened, Joined, Diagnosed, Acted, Notified, NotNotified, Mended, Relapsed, Closed }

internal sealed record IncidentEntry(DateTimeOffset At, IncidentEntryKind Kind, string Text);

/// <summary>What can be done without a person.</summary>
internal enum ResponseKind
{
    /// <summary>The connections of a client to its server are given up and made anew.</summary>
    RecycleClient,

    /// <summary>A parked monitor is tried again.</summary>
    RestartMonitor,

    /// <summary>Newcomers are refused until the incident is closed, so that those who are in can be served.</summary>
    CloseAdmission,

    /// <summary>The threads are handed over, the clients sent away, and the process ends.</summary>
    HandOverAndExit,
}

internal sealed record IncidentAction(DateTimeOffset At, ResponseKind Kind, string? Node, string Because, bool DryRun);
