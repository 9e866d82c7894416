using Gatehouse.Consistency.Faults;

namespace Gatehouse.Consistency;

/// <summary>Redis is gone, for 30 s in the long run.</summary>
public sealed class RedisOutageTests
{
    [Fact(Timeout = 300_000)]
    public Task Runs_wait_in_bounded_memory_and_go_on_when_it_is_back_and_empty() => ConsistencyTests.CheckAsync(
        seed => new(seed, 2, TimeSpan.FromSeconds(1), Hands: 1)
        {
            Faults = [Outages.RedisGone(TimeSpan.FromSeconds(ConsistencyTests.Long ? 30 : 6))],
            MostGrowth = 100 << 20,
        });
}
