using System.Globalization;

namespace Gatehouse.Consistency;

/// <summary>
/// In the style of Jepsen: clients that record everything, a nemesis, and a checker that knows nothing of the product but its
/// protocol and its tables. <c>GATEHOUSE_SEED</c> repeats a run; <c>./test --long</c> makes it long.
/// </summary>
public sealed class ConsistencyTests
{
    internal static readonly bool Long = Environment.GetEnvironmentVariable("GATEHOUSE_LONG") == "1";

    [Fact(Timeout = 1_200_000)]
    public Task No_word_is_lost_doubled_or_out_of_order_whatever_breaks() => CheckAsync(seed => Long
        ? new(seed, 4, TimeSpan.FromMinutes(10), Hands: 2) { Threads = 12, ReadersPerThread = 3, Healing = TimeSpan.FromSeconds(120) }
        : new(seed, 2, TimeSpan.FromSeconds(40), Hands: 3));

    internal static async Task CheckAsync(Func<int, Plan> planFor)
    {
        var output = TestContext.Current.TestOutputHelper!;
        var seed = Environment.GetEnvironmentVariable("GATEHOUSE_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"GATEHOUSE_SEED={seed}");

        var violations = await new ConsistencyRun(planFor(seed), output.WriteLine).RunAsync();

        Assert.True(violations.Count == 0, $"GATEHOUSE_SEED={seed}: {violations.Count} violations\n{string.Join('\n', violations.Take(20))}");
    }
}
