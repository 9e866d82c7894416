using Gatehouse.Consistency.Faults;

namespace Gatehouse.Consistency;

/// <summary>The database is gone for longer than a lease.</summary>
public sealed class DatabaseOutageTests
{
    [Fact(Timeout = 300_000)]
    public Task It_fails_no_run_and_ends_in_no_take_over() => ConsistencyTests.CheckAsync(
        seed => new(seed, 2, TimeSpan.FromSeconds(1), Hands: 1)
        {
            Faults = [Outages.PostgresGoneLongerThanALease(ConsistencyRun.Lease)],
            PaceMs = 350,       // runs that outlast it
            Rest = ConsistencyRun.Lease * 100,
            MostMessages = 2,   // of 16 s each
            MostGrowth = 100 << 20,
        });
}
