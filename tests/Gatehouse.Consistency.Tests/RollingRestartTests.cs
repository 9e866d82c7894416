using Gatehouse.Consistency.Faults;

namespace Gatehouse.Consistency;

/// <summary>What a deployment costs: three servers are replaced one after the other while people chat; 300 of them in the long run.</summary>
public sealed class RollingRestartTests
{
    [Fact(Timeout = 600_000)]
    public Task It_costs_those_who_chat_a_pause_and_nothing_else() => ConsistencyTests.CheckAsync(seed => new(seed, 3, TimeSpan.FromSeconds(1), Hands: 1)
    {
        Faults = [ServerFaults.Roll],
        Threads = ConsistencyTests.Long ? 300 : 40,
        ReadersPerThread = 1,
        RetrySucceeds = true,
        PaceMs = 100,
        Rest = TimeSpan.FromSeconds(20),        // an answer takes 4.5 s
        Healing = TimeSpan.FromSeconds(ConsistencyTests.Long ? 180 : 60),
    });
}
