using System.Collections.Concurrent;
using Gatehouse.Cli.Probe;
using Gatehouse.Diagnosis;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Cli.Tests.Probe;

public sealed class ProbeRunTests
{
    private static readonly OutsideProbe Good = new() { Target = "ws://x/ws", At = default, Layers = [new(ProbeLayer.Tcp, LayerOutcome.Passed, TimeSpan.Zero)] };
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task With_a_rate_walks_begin_on_time_though_none_has_ended()
    {
        var clock = new FakeTimeProvider();
        var began = new ConcurrentQueue<TimeSpan>();
        var (start, answer) = (clock.GetTimestamp(), new TaskCompletionSource<OutsideProbe>());
        var run = new ProbeRun(new() { Count = 5, Rate = 4 }, (_, _) =>
        {
            began.Enqueue(clock.GetElapsedTime(start));
            return answer.Task;
        }, clock);
        var running = run.RunAsync(Cancelled);
        for (var i = 1; i < 5; i++)
        {
            while (began.Count < i) await Task.Yield();
            clock.Advance(TimeSpan.FromMilliseconds(249));
            Assert.Equal(i, began.Count);
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        while (began.Count < 5) await Task.Yield();
        answer.SetResult(Good);
        await running;
        Assert.Equal([0, 250, 500, 750, 1000], began.Select(time => time.TotalMilliseconds));
        Assert.Equal((5, 0), (run.Tally.Walks, run.Late));
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_a_rate_one_follows_another()
    {
        var (at, most) = (0, 0);
        var run = new ProbeRun(new() { Count = 20 }, async (_, _) =>
        {
            most = Math.Max(most, ++at);
            await Task.Yield();
            at--;
            return Good;
        }, TimeProvider.System);
        await run.RunAsync(Cancelled);
        Assert.Equal((1, 20), (most, run.Tally.Walks));
    }

    [Fact(Timeout = 30_000)]
    public async Task No_more_than_a_thousand_are_on_their_way_and_who_waits_is_counted()
    {
        var answer = new TaskCompletionSource<OutsideProbe>(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = 0;
        var all = new TaskCompletionSource();
        var run = new ProbeRun(new() { Count = ProbeRun.MostAtOnce + 2, Rate = 1_000_000 }, (_, _) =>
        {
            if (Interlocked.Increment(ref begun) == ProbeRun.MostAtOnce) all.SetResult();
            return answer.Task;
        }, TimeProvider.System);
        var running = run.RunAsync(Cancelled);
        await all.Task.WaitAsync(Cancelled);
        Assert.Equal(ProbeRun.MostAtOnce, begun);
        answer.SetResult(Good);
        await running;
        Assert.Equal(ProbeRun.MostAtOnce + 2, run.Tally.Walks);
        Assert.InRange(run.Late, 1, 2);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(null)]
    [InlineData(1000.0)]
    public async Task Interrupted_run_keeps_what_has_been_walked(double? rate)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var walks = 0;
        var run = new ProbeRun(new() { Count = 100, Rate = rate }, async (_, token) =>
        {
            if (Interlocked.Increment(ref walks) < 3) return Good;
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return Good;
        }, TimeProvider.System);
        await run.RunAsync(stop.Token);
        Assert.Equal(2, run.Tally.Walks);
    }
}
