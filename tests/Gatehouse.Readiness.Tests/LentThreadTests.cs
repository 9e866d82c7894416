namespace Gatehouse.Readiness.Tests;

/// <summary>Whether the thread pool is given back what blocking checks hold. Its size is the process's, so nothing else may run meanwhile.</summary>
[Collection(Alone)]
public sealed class LentThreadTests
{
    internal const string Alone = "alone";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Checks_that_are_left_behind_on_their_threads_have_them_replaced_until_they_return()
    {
        var (before, asked, release) = (MinThreads, new SemaphoreSlim(0), new ManualResetEventSlim());
        await using var graph = new GraphHarness(declare => declare.Node(
            "blocking", (_, _) =>
            {
                asked.Release();
                release.Wait(GraphHarness.Patience);
                return Task.FromResult(CheckResult.Healthy);
            },
            retry: Retry.Every(Second), policy: new() { Timeout = Second })).Start();
        for (var run = 1; run <= 3; run++)
        {
            Assert.True(await asked.WaitAsync(GraphHarness.Patience));
            graph.Clock.Advance(Second);
            await graph.UntilAsync("blocking", node => node.Abandoned == run);
            Assert.Equal(before + run, MinThreads);
            graph.Clock.Advance(Second);
        }

        release.Set();

        await graph.UntilAsync("blocking", NodeState.Ready);
        Assert.True(SpinWait.SpinUntil(() => MinThreads == before, GraphHarness.Patience));
    }

    [Fact]
    public async Task Checks_that_hang_without_a_thread_change_nothing()
    {
        var before = MinThreads;
        await using var graph = new GraphHarness(declare => declare.Node("deaf", Checks.Deaf, policy: new() { Timeout = Second })).Start();
        await graph.PassTimeUntilAsync(graph.UntilAsync("deaf", node => node.Abandoned > 0));
        Assert.Equal(before, MinThreads);
    }

    private static int MinThreads
    {
        get
        {
            ThreadPool.GetMinThreads(out var workers, out _);
            return workers;
        }
    }
}

[CollectionDefinition(LentThreadTests.Alone, DisableParallelization = true)]
public sealed class AloneCollection;
