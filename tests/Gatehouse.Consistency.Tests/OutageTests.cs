using Gatehouse.Consistency.Faults;

namespace Gatehouse.Consistency;

/// <summary>Long outages, one at a time, under the eyes of the same checker.</summary>
public sealed class OutageTests
{
    private const long Megabyte = 1 << 20;

    /// <summary>30 s of it in the long run.</summary>
    [Fact(Timeout = 300_000)]
    public Task While_Redis_is_gone_runs_wait_in_bounded_memory_and_go_on_when_it_is_back_and_empty() => ConsistencyTests.CheckAsync(
        seed => new(seed, 2, TimeSpan.FromSeconds(1), Hands: 1)
        {
            Faults = [Outages.RedisGone(TimeSpan.FromSeconds(ConsistencyTests.Long ? 30 : 6))],
            MostGrowth = 100 * Megabyte,
        });

    [Fact(Timeout = 300_000)]
    public Task A_database_outage_longer_than_a_lease_ends_in_no_take_over() => ConsistencyTests.CheckAsync(
        seed => new(seed, 2, TimeSpan.FromSeconds(1), Hands: 1)
        {
            Faults = [Outages.PostgresGoneLongerThanALease(ConsistencyRun.Lease)],
            PaceMs = 350,       // runs that outlast it
            Rest = ConsistencyRun.Lease * 100,
            MostGrowth = 100 * Megabyte,
        });

    [Fact(Timeout = 300_000)]
    public Task An_owner_that_is_paused_past_its_lease_is_succeeded_and_refused_when_it_wakes() => ConsistencyTests.CheckAsync(
        seed => new(seed, 2, TimeSpan.FromSeconds(1), Hands: 1)
        {
            Faults = [Outages.OwnerPausedPastItsLease(ConsistencyRun.Lease)],
            PaceMs = 200,
            Rest = ConsistencyRun.Lease * 100,
        });
}
