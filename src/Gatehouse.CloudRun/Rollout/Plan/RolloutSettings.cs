namespace Gatehouse.CloudRun.Rollout;

/// <summary>How a rollout goes about it. Built in code; the command has an option for each.</summary>
public sealed record RolloutSettings
{
    /// <summary>The candidate's share of new connections, step by step. Default 5, 25, 100: five in a hundred see the first fault that only real traffic shows.</summary>
    public IReadOnlyList<int> Shares
    {
        get; init => field = AreShares(value) ? value
        : throw new ArgumentException("The shares must grow from 1 or more to 100.", nameof(value));
    } = [5, 25, 100];

    /// <summary>The candidate's tag. Default <c>next</c>. With the service's name at most 46 characters.</summary>
    public string Tag { get; init; } = "next";

    /// <summary>The tag by which the old revision is reached for comparison. Default <c>stable</c>.</summary>
    public string StableTag { get; init; } = "stable";

    /// <summary>How long the old revision's sockets may take to move. Default 2 min; what is left then is told, or cut (<see cref="CutsStragglers"/>).</summary>
    public TimeSpan MoveWithin { get; init => field = Positive(value); } = TimeSpan.FromMinutes(2);

    /// <summary>Whether a revision whose sockets do not move is deleted. Default true for one that was rolled back, never for the old one of a good rollout.</summary>
    public bool CutsStragglers { get; init; } = true;

    /// <summary>How often live measures are read and the API is polled. Default 1 s.</summary>
    public TimeSpan Pace { get; init => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>How long another rollout's sign of life counts. Default 90 s: three missed ones.</summary>
    public TimeSpan ClaimLasts { get; init => field = Positive(value); } = TimeSpan.FromSeconds(90);

    /// <summary>How long to wait for another rollout to end. Default 0: refuse at once.</summary>
    public TimeSpan WaitForOther { get; init; }

    /// <summary>Whether a service whose present revision is not well may be rolled out to. Default false; the rollout that heals it needs it.</summary>
    public bool AllowsSickStable { get; init; }

    private static bool AreShares(IReadOnlyList<int> shares) =>
        shares is [>= 1, ..] && shares[^1] is 100 && shares.Zip(shares.Skip(1)).All(pair => pair.First < pair.Second);

    private static TimeSpan Positive(TimeSpan value) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time must be positive.");
}
