using System.Globalization;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>What the measures say of a candidate.</summary>
/// <param name="Missing">New connections that are still needed for a verdict; over 0 it is inconclusive, which is never a pass.</param>
internal sealed record Judgement(IReadOnlyList<Breach> Breaches, long Missing)
{
    public bool IsGood => Breaches is [] && Missing is 0;
}

/// <summary>Measures against thresholds: a pure function. A breach is one however few the events are; a pass needs enough of them.</summary>
internal sealed class Judge(Thresholds thresholds)
{
    private const int EnoughToCompare = 5;

    /// <param name="needed">New connections without which there is no verdict.</param>
    public Judgement Of(RolloutStep step, Measured candidate, Measured stable, long needed) =>
        new([.. Breaches(step, candidate, stable)], Math.Max(0, needed - candidate.Connections));

    private IEnumerable<Breach> Breaches(RolloutStep step, Measured candidate, Measured stable)
    {
        var ours = candidate.Ours;
        var detail = candidate.Faults is [var first, ..] ? first : null;
        if (ours.WrongRevision > 0)
            yield return new(step, "revision", "the candidate answers at its tag", Of(ours.WrongRevision, ours.Upgrades, "another answers for"), detail);
        if (Share(ours.Upgrades - ours.UpgradesFailed, ours.Upgrades) < thresholds.UpgradeSuccess)
            yield return new(step, "upgrade_success", AtLeast(thresholds.UpgradeSuccess), Of(ours.UpgradesFailed, ours.Upgrades, "upgrades failed:"), detail);
        if (1 - Share(ours.Upgrades - ours.Unavailable, ours.Upgrades) > thresholds.ServiceUnavailable)
            yield return new(step, "503_share", AtMost(thresholds.ServiceUnavailable), Of(ours.Unavailable, ours.Upgrades, "answered 503:"), detail);
        if (Share(ours.Turns - ours.TurnsFailed, ours.Turns) < thresholds.TurnSuccess)
            yield return new(step, "turns", AtLeast(thresholds.TurnSuccess), Of(ours.TurnsFailed, ours.Turns, "turns did not end well:"), detail);
        if (Share(ours.Checks - ours.ChecksFailed, ours.Checks) < thresholds.HealthSuccess)
            yield return new(step, "health", AtLeast(thresholds.HealthSuccess), Of(ours.ChecksFailed, ours.Checks, "health checks failed:"), detail);
        if (ours.Dropped > thresholds.Dropped)
            yield return new(step, "dropped", Invariant($"at most {thresholds.Dropped}"), Invariant($"{ours.Dropped} held sockets dropped"), detail);
        foreach (var breach in OfEverybody(step, candidate.Everybody, stable.Everybody)) yield return breach;
        if (FirstEvent(step, candidate, stable) is { } slow) yield return slow;
        if (Memory(step, candidate.Memory) is { } leak) yield return leak;
    }

    // What fails for the users of both revisions alike (a model that is away, say) is no fault of the candidate.
    private IEnumerable<Breach> OfEverybody(RolloutStep step, InstanceCounts now, InstanceCounts before)
    {
        var (refused, refusedBefore) = (1 - Share(now.Accepted, now.Accepted + now.Refused), 1 - Share(before.Accepted, before.Accepted + before.Refused));
        if (refused > refusedBefore + 1 - thresholds.UpgradeSuccess)
            yield return new(step, "users_upgrade_success", AtLeast(thresholds.UpgradeSuccess), Of(now.Refused, now.Accepted + now.Refused, "of the users' upgrades failed:"));
        var (failed, failedBefore) = (1 - Share(now.Turns - now.TurnsFailed, now.Turns), 1 - Share(before.Turns - before.TurnsFailed, before.Turns));
        if (failed > failedBefore + 1 - thresholds.TurnSuccess)
            yield return new(step, "users_turns", AtLeast(thresholds.TurnSuccess), Of(now.TurnsFailed, now.Turns, "of the users' turns did not end well:"));
    }

    private Breach? FirstEvent(RolloutStep step, Measured candidate, Measured stable)
    {
        if (candidate.FirstEvents < EnoughToCompare || stable.FirstEvents < EnoughToCompare) return null;
        var (is99, was99) = (candidate.FirstEventP99!.Value, stable.FirstEventP99!.Value);
        var isByFactor = was99 * thresholds.FirstEventFactor > thresholds.FirstEventFloor;
        var limit = isByFactor ? was99 * thresholds.FirstEventFactor : thresholds.FirstEventFloor;
        return is99 <= limit ? null : new(
            step, "first_event", Invariant($"p99 at most {limit.TotalMilliseconds:0} ms{(isByFactor ? Invariant($" ({thresholds.FirstEventFactor:0.#} times the old revision's)") : "")}"),
            Invariant($"p99 {is99.TotalMilliseconds:0} ms, the old revision's {was99.TotalMilliseconds:0} ms"));
    }

    private Breach? Memory(RolloutStep step, InstanceMemory? memory)
    {
        if (memory is null) return null;
        var growth = memory.Now - memory.First;
        return growth <= thresholds.MemoryFloorBytes || growth <= memory.First * thresholds.MemoryGrowth ? null : new(
            step, "memory", AtMost(thresholds.MemoryGrowth) + " more", Invariant($"an instance grew from {memory.First >> 20} MiB to {memory.Now >> 20} MiB"));
    }

    // Of nothing, all is well: whether there is enough is another question.
    private static double Share(long good, long all) => all is 0 ? 1 : (double)good / all;

    private static string AtLeast(double share) => Invariant($"at least {share * 100:0.##} %");

    private static string AtMost(double share) => Invariant($"at most {share * 100:0.##} %");

    private static string Of(long bad, long all, string what) => Invariant($"{what} {bad} of {all}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
