using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>One thing that a node showed.</summary>
internal readonly record struct Sign(DateTimeOffset At, NodeState State, string? Reason, string? Signature)
{
    /// <summary>How the readiness library begins the reason of a node that has failed, but not yet often enough to fall.</summary>
    private const string InDoubt = "in doubt";

    /// <summary>It does its job, only later than it should.</summary>
    public bool IsSlow => State == NodeState.Degraded && Signature == "slow";

    public bool IsBad => State switch
    {
        NodeState.Failed => true,
        NodeState.Degraded => Signature == "break" || Reason?.StartsWith(InDoubt, StringComparison.Ordinal) == true,
        NodeState.Stabilising => Signature is not null,
        _ => false,
    };

    public bool IsGood => State == NodeState.Ready || (State == NodeState.Degraded && !IsBad && !IsSlow);
}

/// <summary>A time in which a node was not well, flaps and the pauses between them taken as one.</summary>
/// <param name="From">The first bad sign.</param>
/// <param name="NotBefore">When it was well for the last time before: the fault itself lies between the two.</param>
/// <param name="Until">When it was well again; null if it is not.</param>
internal sealed record Episode(DateTimeOffset? From, DateTimeOffset? NotBefore, DateTimeOffset? Until, IReadOnlyList<Sign> Signs)
{
    /// <summary>A node that was bad a moment after it was well again, and in the same way, was never well.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(30);

    /// <summary>The longest time between two looks at a node: a fault may be so much older than its first sign.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(12);

    public bool IsOpen => Until is null;

    /// <summary>When it was well for the last time and fell again; the same as <see cref="From"/> where it was never well between.</summary>
    public DateTimeOffset? Fell { get; init; } = From;

    /// <summary>Cuts a history, in the order of time, into episodes. Slowness alone makes one only where it is asked for.</summary>
    public static IReadOnlyList<Episode> Of(IReadOnlyList<Sign> history, DateTimeOffset? lastGood, bool withSlow)
    {
        var episodes = new List<Episode>();
        var signs = new List<Sign>();
        foreach (var sign in history)
        {
            if (sign.IsGood && signs.Count > 0)
            {
                Close(episodes, signs, sign.At, withSlow);
                signs = [];
            }
            else if (sign.IsBad || sign.IsSlow) signs.Add(sign);
            else if (signs.Count > 0 && sign.State != NodeState.Waiting) signs.Add(sign);
        }
        if (signs.Count > 0) Close(episodes, signs, null, withSlow);
        if (episodes is [.., { IsOpen: true } open] && lastGood is { } good && good <= open.From && !(good < open.NotBefore))
            episodes[^1] = open with { NotBefore = good };
        return episodes;
    }

    private static void Close(List<Episode> episodes, List<Sign> signs, DateTimeOffset? until, bool withSlow)
    {
        if (!withSlow && !signs.Exists(static sign => sign.IsBad)) return;
        var from = signs[0].At;
        if (episodes is [.., { Until: { } ended } before] && from - ended < Breath && Alike(before.Signs, signs))
        {
            episodes[^1] = before with { Fell = from, Until = until, Signs = [.. before.Signs, .. signs] };
            return;
        }
        // Not before it was well again: what ailed it until then is another matter.
        var notBefore = episodes is [.., { Until: { } good }] && good > from - Pace ? good : from - Pace;
        episodes.Add(new(from, notBefore, until, signs));
    }

    // A fault that is over says nothing of the next one, unless that shows the same.
    private static bool Alike(IReadOnlyList<Sign> before, List<Sign> after) =>
        before.Any(old => old.IsBad && after.Exists(each => each.IsBad && each.Signature == old.Signature))
        || before.All(static sign => !sign.IsBad) || !after.Exists(static sign => sign.IsBad);
}
