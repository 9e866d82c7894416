
namespace Gatehouse.Cli.Probe;

/// <summary>The outcome of a run: pure data, from which every form of output is made.</summary>
internal sealed record ProbeReport
{
    public required string Target { get; init; }

    /// <summary>When the run began.</summary>
    public required DateTimeOffset At { get; init; }

    public required TimeSpan Took { get; init; }

    public required Tally Tally { get; init; }

    /// <summary>How many walks were asked for.</summary>
    public required int Count { get; init; }

    /// <summary>Walks that began late, see <see cref="ProbeRun.Late"/>.</summary>
    public int Late { get; init; }

    /// <summary>Whether the user ended it early.</summary>
    public bool IsInterrupted { get; init; }

    public required IReadOnlyList<Judgement> Judgements { get; init; }

    /// <summary>The service seen from outside and by itself; null if no walk has ended.</summary>
    public required BothViews? Views { get; init; }

    /// <summary>Whether every threshold is kept.</summary>
    public bool IsGood => Judgements.All(judgement => judgement.IsKept);

    /// <summary>In one line.</summary>
    public string Verdict => this switch
    {
        { Views: null } => "none: no walk has ended",
        { IsGood: true, Tally.Failed: 0 } => "good",
        { IsGood: true } => FormattableString.Invariant($"good: {Tally.Failed} of {Tally.Walks} failed, which is allowed"),
        { Tally: { Walks: 1, Failed: 1 } } => $"bad: the first failing layer is {FirstFailing}",
        { Tally.Failed: > 0 } => FormattableString.Invariant($"bad: {Tally.Failed} of {Tally.Walks} failed, the first in layer {FirstFailing}"),
        _ => "bad: a threshold is broken",
    };

    private string FirstFailing => LayerNames.Of(Tally.Failures[0].Layer);
}
