using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Probing;

/// <summary>Never open too early, seen from outside and from before the process is there: with a dependency of the test's, and with none.</summary>
public sealed class NeverTooEarlyTests
{
    [Theory(Timeout = 120_000)]
    [InlineData(Fault.Late, "refused")]
    [InlineData(Fault.Refusing, "reset")]
    [InlineData(Fault.Hanging, "no answer within 0.5 s")]
    [InlineData(Fault.WrongPassword, "28P01 password authentication failed")]
    [InlineData(Fault.WrongSchema, "42P01 relation \"agent_executions\" does not exist")]
    [InlineData(Fault.ReadOnly, "READONLY You can't write")]
    public async Task While_a_dependency_is_at_fault_nothing_opens_and_then_all_does(Fault fault, string reason)
    {
        await using var dependency = StandIn.Start(fault);
        await using var watched = await WatchedServer.LaunchAsync(ServerSetup.Host($"--Dependency:Port={dependency.Port}"));

        // All but the dependency is up, slow or not, and the server has had a chat with itself; the culprit is named, and who waits for it.
        var report = await watched.Probes.UntilAsync("/startup", answer =>
            answer.StateOf("chat") is "ready" or "degraded" && answer.ReasonOf("dependency")?.Contains(reason, StringComparison.OrdinalIgnoreCase) == true);
        Assert.Equal(["dependency"], report.WaitingOn("dependent"));
        await watched.StaysClosedAsync();

        await watched.OpensAsync(() =>
        {
            dependency.Release();
            return Task.CompletedTask;
        });
        Assert.DoesNotContain("fail:", watched.Server.Output);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_shipped_server_opens_after_its_last_node_was_ready_by_its_own_account()
    {
        await using var watched = await WatchedServer.LaunchAsync(new());

        await watched.OpensAsync();

        Assert.Contains(watched.Answers, each => each is { Question: Question.Startup, Status: 503 });
        var nodes = (await watched.TimelineAsync()).GetProperty("nodes").EnumerateArray();
        var ready = nodes.ToDictionary(node => node.Text("name"), node => node.GetProperty("readyMs").GetDouble());
        Assert.Equal(["agents", "chat", "configuration", "database", "schema"], ready.Keys.Order());
        Assert.Equal("chat", ready.MaxBy(node => node.Value).Key);
    }
}
