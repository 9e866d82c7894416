using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Gatehouse.EndToEnd.Harness;
using Microsoft.Data.Sqlite;

namespace Gatehouse.EndToEnd.Processes;

/// <summary>The process from its start to its end: what it holds, shows and leaves.</summary>
public sealed class LifeTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_second_process_on_the_same_data_directory_is_refused_in_one_line()
    {
        await using var first = await ServerProcess.StartAsync();
        await using (var second = ServerProcess.Launch(new() { DataDirectory = first.DataDirectory }))
        {
            Assert.Equal(75, await second.ExitAsync());
            var line = Assert.Single(second.Lines);
            Assert.Contains(first.DataDirectory, line);
            Assert.Contains($"process {first.Id}", line);
        }
        await using var client = await WireClient.ConnectAsync(first.Port);     // the first has not noticed
        await client.TurnAsync("hello");

        // A crash leaves nothing that would lock the next one out.
        await first.KillAsync();
        await using var third = await first.AgainAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task A_port_that_is_taken_is_one_line_beside_the_log()
    {
        await using var first = await ServerProcess.StartAsync();
        await using var second = ServerProcess.Launch(new() { Port = first.Port.ToString() });
        Assert.Equal(69, await second.ExitAsync());
        var line = Assert.Single(second.Lines, each => !each.StartsWith("info: ", StringComparison.Ordinal));
        Assert.Contains($"{first.Port}", line);
        Assert.Contains("PORT", line);
    }

    [Fact(Timeout = 180_000)]
    public async Task SIGTERM_closes_every_connection_with_1012_and_the_process_ends_well_within_seconds()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=5");
        await using var idle = await WireClient.ConnectAsync(server.Port);
        await using var busy = await WireClient.ConnectAsync(server.Port);
        var (record, _) = await busy.BeginAsync("tell me everything");
        while (record.Events.Count < 6) record.See(await busy.NextAsync());     // in the middle of the answer
        await using var deaf = await WireClient.ConnectAsync(server.Port);      // does not answer the close frame

        var started = Stopwatch.GetTimestamp();
        server.Terminate();
        Assert.Equal(1012, await idle.EndAsync());
        Assert.Equal(1012, await busy.EndAsync());
        Assert.Equal(0, await server.ExitAsync());
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(6), $"It took {Stopwatch.GetElapsedTime(started)}.");
        Assert.DoesNotContain("fail:", server.Output);
        Assert.DoesNotContain("Exception", server.Output);

        // The run that was under way goes on in the next process, to its one end.
        await using var next = await server.AgainAsync();
        await using var client = await WireClient.ConnectAsync(next.Port);
        await client.CommandAsync("subscribe", ("threadId", record.ThreadId), ("cursor", record.Cursor));
        var subscribed = await client.UntilAsync(message => message.Text("type") == "subscribed");
        Assert.Equal("snapshot", subscribed.Text("result"));        // the log was in the memory of the process that is gone
    }

    [Fact(Timeout = 180_000)]
    public async Task SIGTERM_before_the_server_is_ready_ends_it_well_too()
    {
        await using var server = ServerProcess.Launch(new());
        while (!server.Output.Contains("listening")) await Task.Delay(5);
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task What_a_crash_has_left_of_a_self_test_is_gone_after_the_next_start()
    {
        await using var server = await ServerProcess.StartAsync();
        await server.KillAsync();
        await using var database = new SqliteConnection($"Data Source={server.DatabaseFile};Pooling=false");
        await database.OpenAsync();
        await using var leave = new SqliteCommand(
            "INSERT INTO threads (id, title, selftest, created_at, updated_at) VALUES ('selftest.left', 'hello', 1, 1, 1), ('users', 'hello', 0, 1, 1)", database);
        Assert.Equal(2, await leave.ExecuteNonQueryAsync());

        await server.AgainAsync();

        await using var left = new SqliteCommand("SELECT group_concat(id) FROM threads WHERE created_at = 1", database);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ("users" != (string?)await left.ExecuteScalarAsync()) await Task.Delay(20, patience.Token);
    }

    [Fact(Timeout = 180_000)]
    public async Task The_probes_and_the_timeline_are_there()
    {
        await using var server = await ServerProcess.StartAsync();
        foreach (var path in new[] { "/startup", "/ready", "/health", "/api/startup", "/metrics", "/" })
        {
            using var answer = await server.GetAsync(path);
            Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
        }
        using var ready = await server.GetAsync("/ready");
        var nodes = JsonElement.Parse(await ready.Content.ReadAsStringAsync()).GetProperty("nodes");
        Assert.Equal(["configuration", "agents", "database", "schema", "chat"], nodes.EnumerateArray().Select(node => node.Text("name")));
        using var nothing = await server.GetAsync("/no-such-page");
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }

    [Fact(Timeout = 180_000)]
    public async Task The_self_test_leaves_no_thread_and_no_trace_in_the_metrics()
    {
        await using var server = await ServerProcess.StartAsync();
        foreach (var series in new[]
        {
            "gatehouse_connections", "gatehouse_events_appended_total", "gatehouse_events_delivered_total", "gatehouse_runs_total",
            "gatehouse_runs_active", "gatehouse_steps_total", "gatehouse_subscriptions_total", "gatehouse_snapshots_total", "gatehouse_tokens_total",
            "gatehouse_handshakes_total",
        })
            Assert.True(await server.MetricAsync(series) == 0, series);

        await using var client = await WireClient.ConnectAsync(server.Port);
        Assert.Empty((await client.AskAsync("threads")).GetProperty("threads").EnumerateArray());
        Assert.Equal(1, await server.MetricAsync("gatehouse_connections{state=\"open\"}"));
    }

    [Fact(Timeout = 180_000)]
    public async Task The_metrics_show_the_catalogue_and_count_what_happened()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=0");
        await using (var client = await WireClient.ConnectAsync(server.Port))
        {
            var record = await client.TurnAsync("how many connections?");
            var events = record.Events.Count;
            await client.SnapshotAsync(record.ThreadId);
            Assert.Equal(1, await server.MetricAsync("gatehouse_runs_total{outcome=\"success\"}"));
            Assert.Equal(events, await server.MetricAsync("gatehouse_events_appended_total"));
            Assert.True(await server.MetricAsync("gatehouse_events_delivered_total") >= events);
            Assert.Equal(1, await server.MetricAsync("gatehouse_tool_calls_total{outcome=\"succeeded\"}"));
            Assert.Equal(1, await server.MetricAsync("gatehouse_handshakes_total{outcome=\"accepted\",reason=\"ready\"}"));
            Assert.Equal(1, await server.MetricAsync("gatehouse_subscriptions_total{result=\"snapshot\"}"));
            Assert.Equal(0, await server.MetricAsync("gatehouse_runs_active"));
            foreach (var series in new[]
            {
                "gatehouse_connections", "gatehouse_frames_sent_total", "gatehouse_events_delivery_time_seconds_count", "gatehouse_run_duration_seconds_count",
                "gatehouse_steps_total", "gatehouse_tokens_total", "gatehouse_snapshots_total", "gatehouse_readiness_ready",
            })
                Assert.True(await server.MetricAsync(series) is not null, series);
            Assert.Equal(1000, await client.CloseAsync());
        }
        while (await server.MetricAsync("gatehouse_connections") > 0) await Task.Delay(10);     // bounded by the test's own time limit
    }
}
