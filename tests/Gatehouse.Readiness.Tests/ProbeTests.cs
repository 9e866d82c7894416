using System.Net;

namespace Gatehouse.Readiness.Tests;

/// <summary>What the probes answer, over a real socket.</summary>
public sealed class ProbeTests
{
    [Fact]
    public async Task Startup_says_who_waits_for_whom_until_the_graph_has_finished()
    {
        var answer = new TaskCompletionSource<CheckResult>();
        await using var server = await ProbeServer.StartAsync(graph => graph
            .Node("database", (_, _) => answer.Task)
            .Node("chat", Checks.Healthy, after: ["database"]));

        var (status, body) = await server.GetAsync("/startup");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("not_ready", body.GetProperty("status").GetString());
        Assert.False(body.GetProperty("database").GetBoolean());
        Assert.False(body.GetProperty("websocket").GetBoolean());
        Assert.False(body.TryGetProperty("redis", out _));
        var chat = body.GetProperty("nodes")[1];
        Assert.Equal("chat", chat.GetProperty("name").GetString());
        Assert.Equal("waiting", chat.GetProperty("state").GetString());
        Assert.Equal("database", chat.GetProperty("waitingOn")[0].GetString());

        answer.SetResult(CheckResult.Healthy);
        await server.Graph.WhenReadyAsync().WaitAsync(GraphHarness.Patience);
        (status, body) = await server.GetAsync("/startup");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("ready", body.GetProperty("status").GetString());
        Assert.Equal(server.Graph.Current.StartedAt, body.GetProperty("timestamp").GetDateTimeOffset());
    }

    [Fact]
    public async Task Startup_says_error_for_a_fault_that_waiting_cannot_mend()
    {
        await using var server = await ProbeServer.StartAsync(graph => graph
            .Node("schema", (_, _) => Task.FromResult(CheckResult.Fatal("the schema is newer than this build"))));
        await foreach (var snapshot in server.Graph.WatchAsync())
            if (snapshot.Fatal is not null) break;

        var (status, body) = await server.GetAsync("/startup");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("error", body.GetProperty("status").GetString());
        Assert.Equal("schema: the schema is newer than this build", body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Startup_stays_ready_for_life_while_ready_follows_the_process()
    {
        await using var server = await ProbeServer.StartAsync(graph => graph.Node("database", Checks.Healthy));
        await server.Graph.WhenReadyAsync().WaitAsync(GraphHarness.Patience);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/ready")).Status);

        server.Graph.Withdraw("draining");

        var (status, body) = await server.GetAsync("/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "draining"), (status, body.GetProperty("reason").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/startup")).Status);
    }

    [Fact]
    public async Task Health_never_asks_a_dependency()
    {
        await using var server = await ProbeServer.StartAsync(graph => graph.Node("database", Checks.Failing("down")));

        var (status, body) = await server.GetAsync("/health");

        Assert.Equal((HttpStatusCode.OK, "healthy"), (status, body.GetProperty("status").GetString()));
    }
}
