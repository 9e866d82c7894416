namespace Gatehouse.Tests.Simulation;

/// <summary>
/// The proof of the core: owner, log, feed and reader in all the orders in which things can happen and fail.
/// <c>GATEHOUSE_LONG=1</c> (what <c>./test --long</c> sets) runs a million random histories instead of ten thousand.
/// </summary>
public sealed class SimulationTests
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("GATEHOUSE_LONG") == "1";

    [Fact]
    public void Every_random_history_keeps_every_word() =>
        Explorer.Random(Plan.Usual, firstSeed: 1, count: Long ? 1_000_000 : 10_000);

    [Fact]
    public void Every_history_that_differs_early_keeps_every_word()
    {
        var plan = new Plan(Steps: 40, Messages: 1, Faults: 4, FaultEvery: 2);
        Assert.True(Explorer.Exhaust(plan, depth: Long ? 10 : 7) > 1_000);
    }
}
