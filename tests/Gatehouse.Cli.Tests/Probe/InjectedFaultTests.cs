using System.Collections.Concurrent;
using Gatehouse.Cli.Probe;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Tests.Probe;

/// <summary>The prober's own score: faults of every layer, each several times with other sizes, orders and cuts.</summary>
public sealed class InjectedFaultTests(ITestOutputHelper output)
{
    private const int Seeds = 5;

    [Fact(Timeout = 300_000)]
    public async Task First_failing_layer_is_named_right_in_99_of_100()
    {
        var wrong = new ConcurrentQueue<string>();
        var runs = InjectedFault.All.SelectMany(fault => Enumerable.Range(1, Seeds).Select(seed => (fault, seed))).ToList();
        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (run, _) =>
        {
            var probe = await ProbeAsync(run.fault, run.seed);
            if (MistakeOf(run.fault, probe) is { } mistake) wrong.Enqueue($"{run.fault}, seed {run.seed}: {mistake}");
        });
        var score = 1 - (double)wrong.Count / runs.Count;
        output.WriteLine($"{runs.Count} runs of {InjectedFault.All.Count} services, {score:P2} right");
        foreach (var mistake in wrong) output.WriteLine(mistake);
        Assert.True(score >= 0.99, string.Join('\n', wrong));
    }

    private static async Task<OutsideProbe> ProbeAsync(InjectedFault fault, int seed)
    {
        var random = new Random(seed);
        await using var service = fault.Start(random);
        var address = fault.Address?.Invoke(random) ?? (fault.IsSecure ? $"wss://localhost:{service!.Port}/ws" : $"ws://127.0.0.1:{service!.Port}/ws");
        Assert.True(ProbeTarget.TryParse(address, out var target));
        var settings = new ProbeSettings(target)
        {
            Timeouts = fault.Timeouts,
            Hold = TimeSpan.FromMilliseconds(200),
            Handshake = new() { Roots = fault.IsTrusted ? TestCertificates.Roots : null },
        };
        return await new ProbeWalk(settings, new(settings, TimeProvider.System), TimeProvider.System).RunAsync(null, TestContext.Current.CancellationToken);
    }

    private static string? MistakeOf(InjectedFault fault, OutsideProbe probe)
    {
        var failure = probe.FirstFailure;
        var isRight = failure?.Layer == fault.Layer && (fault.Signature is null || failure?.Signature == fault.Signature) && (fault.Known is null || probe.Known == fault.Known);
        return isRight ? null : $"{failure?.Layer} '{failure?.Signature}' {probe.Known} ({failure?.Reason}) in place of {fault.Layer} '{fault.Signature}' {fault.Known}";
    }
}
