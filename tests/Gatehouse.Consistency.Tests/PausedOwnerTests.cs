using Gatehouse.Consistency.Faults;

namespace Gatehouse.Consistency;

/// <summary>A server that owns threads sleeps for longer than its lease, and wakes.</summary>
public sealed class PausedOwnerTests
{
    [Fact(Timeout = 300_000)]
    public Task It_is_succeeded_and_refused_when_it_wakes() => ConsistencyTests.CheckAsync(
        seed => new(seed, 2, TimeSpan.FromSeconds(1), Hands: 1)
        {
            Faults = [Outages.OwnerPausedPastItsLease(ConsistencyRun.Lease)],
            PaceMs = 200,
            Rest = ConsistencyRun.Lease * 100,
        });
}
