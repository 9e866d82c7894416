namespace Gatehouse.CloudRun.Rollout;

/// <summary>A rollout as it went: times, measures, and why it failed, where it did.</summary>
public sealed record RolloutReport
{
    public required string Service { get; init; }

    public string? Image { get; init; }

    public required RolloutOutcome Outcome { get; init; }

    public string? Stable { get; init; }

    public required string Candidate { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>By this run of the command.</summary>
    public required TimeSpan Took { get; init; }

    public required IReadOnlyList<StepTime> Steps { get; init; }

    public required Measured CandidateMeasures { get; init; }

    public required Measured StableMeasures { get; init; }

    /// <summary>From the PUT until the candidate was ready.</summary>
    public TimeSpan? StartUp { get; init; }

    /// <summary>The server's own start, as it tells.</summary>
    public TimeSpan? OwnStartUp { get; init; }

    /// <summary>Who answered new connections at the service's own address.</summary>
    public required IReadOnlyDictionary<string, int> Answers { get; init; }

    /// <summary>New connections that synthetic turns had to make up.</summary>
    public required int MadeUp { get; init; }

    public long? SocketsToMove { get; init; }

    public long? SocketsLeft { get; init; }

    public TimeSpan? Moved { get; init; }

    public RollbackProof? Rollback { get; init; }

    public required IReadOnlyList<Breach> Breaches { get; init; }

    public required IReadOnlyList<Why> Whys { get; init; }

    public required IReadOnlyList<string> Remarks { get; init; }

    public required IReadOnlyList<JournalEntry> Journal { get; init; }

    internal static RolloutReport Of(RolloutRun run, RolloutOutcome outcome, FailureEvidence? evidence)
    {
        var figures = run.Figures;
        return new()
        {
            Service = run.Request.Service.Name,
            Image = run.State.Image,
            Outcome = outcome,
            Stable = run.State.Stable,
            Candidate = run.State.Candidate,
            StartedAt = run.StartedAt,
            Took = run.Clock.GetUtcNow() - run.StartedAt,
            Steps = figures.Steps,
            CandidateMeasures = run.Candidate.Now,
            StableMeasures = run.Stable.Now,
            StartUp = figures.StartUp,
            OwnStartUp = figures.OwnStartUp,
            Answers = figures.Answers,
            MadeUp = figures.MadeUp,
            SocketsToMove = figures.SocketsToMove,
            SocketsLeft = figures.SocketsLeft,
            Moved = figures.Moved,
            Rollback = figures.Rollback,
            Breaches = [.. run.Breaches],
            Whys = FiveWhys.Of(run.State, run.Breaches, evidence),
            Remarks = [.. run.Remarks],
            Journal = [.. run.Entries],
        };
    }
}
