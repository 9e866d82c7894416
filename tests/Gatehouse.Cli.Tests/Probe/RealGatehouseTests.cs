using System.Text.Json;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Tests.Probe;

/// <summary>The command against a server as it is shipped.</summary>
public sealed class RealGatehouseTests
{
    private static readonly string[] Fast = ["--Ops:TokensPerSecond=0"];

    [Fact(Timeout = 240_000)]
    public async Task Gatehouse_that_is_well_passes_every_layer()
    {
        await using var server = await ServerProcess.StartAsync(Fast);
        var (code, report) = await Probing.JsonAsync($"ws://localhost:{server.Port}/ws", "--hold", "300ms");
        Assert.True(code is 0, report.GetRawText());
        foreach (var layer in new[] { "dns", "tcp", "upgrade", "hello", "turn", "hold", "resume", "close" }) Assert.Equal("passed", report.Outcome(layer));
        Assert.Equal("skipped", report.Outcome("tls"));
        Assert.StartsWith("the exact rest", report.Layer("resume").GetProperty("reason").GetString());
        Assert.True(report.GetProperty("probe").GetProperty("gatehouse").GetBoolean());
        Assert.Equal("ready", report.GetProperty("startup").GetProperty("status").GetString());
        Assert.DoesNotContain("resumeToken", report.GetRawText());
    }

    [Fact(Timeout = 240_000)]
    public async Task Many_walks_have_percentiles_and_thresholds()
    {
        await using var server = await ServerProcess.StartAsync(Fast);
        var (code, report) = await Probing.JsonAsync(
            $"ws://localhost:{server.Port}/ws", "--count", "10", "--rate", "20", "--hold", "100ms", "--max", "total.p99=2m", "--max", "upgrade.p50=0ms");
        Assert.Equal(1, code);
        Assert.Equal((10, 0), (report.GetProperty("walks").GetInt32(), report.GetProperty("failed").GetInt32()));
        Assert.Equal([true, true, false], report.GetProperty("thresholds").EnumerateArray().Select(each => each.GetProperty("kept").GetBoolean()));
        Assert.True(report.GetProperty("total").GetProperty("p50Ms").GetDouble() <= report.GetProperty("total").GetProperty("maxMs").GetDouble());
    }

    [Fact(Timeout = 240_000)]
    public async Task Gatehouse_that_is_not_ready_is_failed_at_the_upgrade_with_its_node_and_its_own_view()
    {
        await using var server = ServerProcess.Launch(ServerSetup.Host("--World:File=world", "--Admission:HoldSeconds=0", Fast[0]));
        server.SetWorld("down");
        using var probe = new ProbeClient(server.Port);
        await probe.UntilAsync("/startup", answer => answer.StateOf("world") is "failed" && answer.StateOf("chat") is "ready" or "degraded");
        var (code, report) = await Probing.JsonAsync($"ws://localhost:{server.Port}/ws");
        Assert.Equal(1, code);
        var walk = report.GetProperty("probe");
        Assert.Equal("upgrade", walk.GetProperty("firstFailure").GetString());
        Assert.Equal((503, "not_ready", "world", true),
            (walk.GetProperty("status").GetInt32(), walk.GetProperty("refusal").GetString(), walk.GetProperty("node").GetString(), walk.GetProperty("gatehouse").GetBoolean()));
        Assert.Equal("status 503", report.Layer("upgrade").GetProperty("signature").GetString());
        Assert.True(walk.GetProperty("retryAfterMs").GetDouble() >= 1000);
        Assert.Equal("not_ready", report.GetProperty("startup").GetProperty("status").GetString());
        Assert.Equal("failed", Node(report, "world").GetProperty("state").GetString());

        // Both views are one diagnosis: from the refused upgrade to the node that nobody but the service itself can see.
        var diagnosis = DiagnosisJson.ReadReport(report.GetProperty("diagnosis").GetRawText());
        Assert.Equal(ProbeLayer.Upgrade, diagnosis.Symptom?.Layer);
        Assert.Contains(Hops(diagnosis.Chain!), hop => hop.Id == "node:world");
        Assert.NotEqual(Verdict.Healthy, diagnosis.Verdict);
    }

    [Fact(Timeout = 240_000)]
    public async Task Gatehouse_that_lets_in_to_say_that_it_starts_is_failed_at_its_hello()
    {
        await using var server = ServerProcess.Launch(ServerSetup.Host("--World:File=world", "--Admission:HoldSeconds=0", "--Admission:Starting=true", Fast[0]));
        server.SetWorld("down");
        using var probe = new ProbeClient(server.Port);
        await probe.UntilAsync("/startup", answer => answer.StateOf("world") is "failed" && answer.StateOf("chat") is "ready" or "degraded");
        var (_, report) = await Probing.JsonAsync($"ws://localhost:{server.Port}/ws");
        Assert.Equal(("hello", "world"), (report.GetProperty("probe").GetProperty("firstFailure").GetString(), report.GetProperty("probe").GetProperty("node").GetString()));
        Assert.Equal("starting", report.Layer("hello").GetProperty("signature").GetString());
    }

    private static IEnumerable<Hop> Hops(Hop hop) => hop.Causes.SelectMany(Hops).Prepend(hop);

    private static JsonElement Node(JsonElement report, string name) =>
        report.GetProperty("startup").GetProperty("nodes").EnumerateArray().Single(node => node.GetProperty("name").GetString() == name);
}
