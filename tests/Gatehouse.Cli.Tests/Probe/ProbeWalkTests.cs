using Gatehouse.Cli.Probe;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Tests.Probe;

public sealed class ProbeWalkTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(ProbeLayer.Upgrade)]
    [InlineData(ProbeLayer.Turn)]
    [InlineData(ProbeLayer.Hold)]
    public async Task Walk_that_is_called_off_ends_as_such_wherever_it_is(ProbeLayer layer)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var service = RawService.Start(async call =>
        {
            await call.ReadHeadAsync();
            if (layer is ProbeLayer.Upgrade)
            {
                await call.WriteAsync("HTTP/1.1 503 Later\r\nContent-Length: 100\r\n\r\nbegun");
                await stop.CancelAsync();
            }
            else await call.AcceptAsync();
            await call.HangAsync();
        });
        Assert.True(ProbeTarget.TryParse($"ws://127.0.0.1:{service.Port}/", out var target));
        var settings = new ProbeSettings(target) { Talk = new() { Service = ServiceKind.Other, Send = layer is ProbeLayer.Turn ? "hello" : null } };
        var walk = new ProbeWalk(settings, new(settings, TimeProvider.System), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => walk.RunAsync(entered => { if (entered == layer && layer is not ProbeLayer.Upgrade) stop.CancelAfter(50); }, stop.Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_at_once_learn_once_what_the_service_is()
    {
        var readings = 0;
        var play = new PlayedGatehouse(Flaw.None, new(1));
        await using var service = RawService.Start(async call =>
        {
            await play.ServeAsync(call);
            if (call.Path == "/startup") Interlocked.Increment(ref readings);
        });
        Assert.True(ProbeTarget.TryParse($"ws://127.0.0.1:{service.Port}/ws", out var target));
        var settings = new ProbeSettings(target) { Layers = new HashSet<ProbeLayer> { ProbeLayer.Hello, ProbeLayer.Close } };
        var known = new Service(settings, TimeProvider.System);
        var walk = new ProbeWalk(settings, known, TimeProvider.System);
        var probes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => walk.RunAsync(null, TestContext.Current.CancellationToken)));
        Assert.All(probes, probe => Assert.Null(probe.FirstFailure));
        Assert.All(probes, probe => Assert.Equal(LayerOutcome.Passed, probe.Layers[(int)ProbeLayer.Hello].Outcome));
        Assert.Equal((1, true), (readings, known.IsGatehouse));
    }
}
