using Gatehouse.CloudRun.Rollout;

namespace Gatehouse.Rollout.Tests;

public sealed class GoodRolloutTests
{
    [Fact(Timeout = 300_000)]
    public async Task Good_candidate_takes_over_all_traffic_and_all_sockets_and_nobody_loses_a_word()
    {
        await using var stage = await Stage.StartAsync();
        await using var chats = await Chats.StartAsync(stage.Address, Sizes.Chats);
        var report = await new ServiceRollout(stage.Tools(new TestJournal())).RunAsync(stage.Manifest("good"), TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine(ReportMarkdown.Write(report));
        Assert.Equal(RolloutOutcome.Done, report.Outcome);
        Assert.Empty(report.Breaches);
        Assert.Equal(0, report.SocketsLeft);
        Assert.Empty(chats.Failures);
        Assert.Empty(chats.Lost);
    }
}

internal static class Sizes
{
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("GATEHOUSE_LONG") is { Length: > 0 };

    public static int Chats => IsLong ? 300 : 20;
}

internal sealed class TestJournal : IRolloutJournal
{
    public void Write(JournalEntry entry) => TestContext.Current.TestOutputHelper?.WriteLine($"{entry.At:HH:mm:ss.fff} {entry.Step} {entry.Text}");
}
