using System.Globalization;
using Gatehouse.Consistency.Faults;

namespace Gatehouse.Consistency;

/// <summary>
/// In the style of Jepsen: clients that record everything, a nemesis, and a checker that knows nothing of the product but its
/// protocol and its tables. <c>GATEHOUSE_SEED</c> repeats a run; <c>./test --long</c> makes it long.
/// </summary>
public sealed class ConsistencyTests
{
    internal static readonly bool Long = Environment.GetEnvironmentVariable("GATEHOUSE_LONG") == "1";

    [Fact(Timeout = 1_200_000)]
    public async Task No_word_is_lost_doubled_or_out_of_order_whatever_breaks()
    {
        await CheckAsync(seed => Long
            ? new(seed, 4, TimeSpan.FromMinutes(10), Hands: 2) { Threads = 12, ReadersPerThread = 3, Healing = TimeSpan.FromSeconds(120) }
            : new(seed, 2, TimeSpan.FromSeconds(40), Hands: 2));
    }

    /// <summary>Three servers are replaced one after the other while people chat; 300 of them in the long run.</summary>
    [Fact(Timeout = 600_000)]
    public async Task A_rolling_restart_costs_those_who_chat_a_pause_and_nothing_else()
    {
        await CheckAsync(seed => new(seed, 3, TimeSpan.FromSeconds(1), Hands: 1)
        {
            Faults = [ServerFaults.Roll],
            Threads = Long ? 300 : 40,
            ReadersPerThread = 1,
            PaceMs = 100,
            Rest = TimeSpan.FromSeconds(20),        // an answer takes 4.5 s
        });
    }

    internal static async Task CheckAsync(Func<int, Plan> planFor)
    {
        var output = TestContext.Current.TestOutputHelper!;
        var seed = Environment.GetEnvironmentVariable("GATEHOUSE_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"GATEHOUSE_SEED={seed}");

        var violations = await new ConsistencyRun(planFor(seed), output.WriteLine).RunAsync();

        Assert.True(violations.Count == 0, $"GATEHOUSE_SEED={seed}: {violations.Count} violations\n{string.Join('\n', violations.Take(20))}");
    }
}
