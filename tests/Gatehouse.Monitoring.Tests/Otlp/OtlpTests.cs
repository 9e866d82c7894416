using Gatehouse.Operations;
using Gatehouse.Runs;

namespace Gatehouse.Monitoring.Tests.Otlp;

/// <summary>What a server sends by OTLP, and when it does not.</summary>
public sealed class OtlpTests
{
    [Fact(Timeout = 180_000)]
    public async Task Metrics_of_the_whole_catalogue_and_the_spans_of_start_and_run_arrive()
    {
        await using var collector = await Collector.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerSetup("--Ops:TokensPerSecond=0") { Environment = collector.Environment() });
        await using var client = await WireClient.ConnectAsync(server.Port);

        var runId = await RunAsync(client, "thread", "how many connections?");
        await client.UntilAsync(message => message.GetRawText().Contains("RUN_FINISHED"));

        var trace = RunTrace.TraceOf(runId).ToString();
        await collector.UntilAsync(seen => seen.Spans.Any(span => span.TraceId == trace && span.Name == "invoke_agent ops"));
        var spans = collector.Spans.Where(span => span.TraceId == trace).ToList();
        var run = Assert.Single(spans, span => span.Name == "invoke_agent ops");
        Assert.Equal((RunTrace.SourceName, "", "finished"), (run.Source, run.ParentId, run.Attributes["gatehouse.run.outcome"]));
        Assert.Contains(spans, span => span.Name == "chat" && span.ParentId == run.SpanId && span.Attributes["gen_ai.operation.name"] == "chat");
        Assert.Contains(spans, span => span.Name.StartsWith("execute_tool ", StringComparison.Ordinal) && span.ParentId == run.SpanId);
        Assert.DoesNotContain(spans.SelectMany(span => span.Attributes.Values), value => value.Contains(runId) || value.Contains("connections?"));

        await collector.UntilAsync(seen => seen.Spans.Any(span => span.Name == "node chat"));
        var start = Assert.Single(collector.Spans, span => span.Name == "start-up");
        Assert.Equal(5, collector.Spans.Count(span => span.ParentId == start.SpanId));

        // A histogram begins with its first value, and no upgrade was held.
        var wanted = MetricCatalogue.All.Where(metric => metric != MetricCatalogue.HoldTime).Select(metric => metric.Name).ToHashSet();
        await collector.UntilAsync(seen => wanted.IsSubsetOf(seen.Metrics));
        Assert.Contains("service.name=gatehouse", collector.Resources);
    }

    /// <summary>The first instance hands the run over when it stops, the second ends it; they share nothing but the store.</summary>
    [Fact(Timeout = 180_000)]
    public async Task A_run_that_is_handed_over_is_one_trace()
    {
        await using var collector = await Collector.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerSetup("--Ops:TokensPerSecond=200") { Environment = collector.Environment() });
        string runId;
        await using (var client = await WireClient.ConnectAsync(server.Port))
        {
            runId = await RunAsync(client, "thread", "tell me everything");
            await client.UntilAsync(message => message.GetRawText().Contains("TEXT_MESSAGE_CONTENT"));
            server.Terminate();
            Assert.Equal(0, await server.ExitAsync());
        }
        await server.AgainAsync();

        var trace = RunTrace.TraceOf(runId).ToString();
        await collector.UntilAsync(seen => seen.Spans.Any(span => span.TraceId == trace && span.Attributes.ContainsKey("gatehouse.run.outcome")));
        var runs = collector.Spans.Where(span => span.TraceId == trace && span.Name == "invoke_agent ops").ToList();
        Assert.Equal(2, runs.Select(span => span.Instance).Distinct().Count());
        Assert.Equal(["handed_over", "finished"], runs.Select(span => span.Attributes.GetValueOrDefault("gatehouse.run.left") ?? span.Attributes["gatehouse.run.outcome"]));
        Assert.Equal(["false", "true"], runs.Select(span => span.Attributes["gatehouse.run.continued"]));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_collector_that_is_not_there_harms_nobody()
    {
        await using var server = await ServerProcess.StartAsync(new ServerSetup
        {
            Environment = new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{FreePort.Next()}" },
        });
        await using (var client = await WireClient.ConnectAsync(server.Port))
        {
            await RunAsync(client, "thread", "ready?");
            await client.UntilAsync(message => message.GetRawText().Contains("RUN_FINISHED"));
        }
        server.Terminate();

        Assert.Equal(0, await server.ExitAsync());
    }

    [Theory(Timeout = 180_000)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT is not an address that can be used; it must be an absolute http or https address")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/v1/geheim", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is not an address that can be used")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "json", "OTEL_EXPORTER_OTLP_PROTOCOL is 'json'; it must be grpc or http/protobuf.")]
    public async Task A_setting_that_cannot_be_used_ends_the_server_before_it_listens(string key, string value, string says)
    {
        await using var server = ServerProcess.Launch(new ServerSetup { Environment = new Dictionary<string, string?> { [key] = value } });

        Assert.Equal(78, await server.ExitAsync());

        Assert.Contains(says, server.Output);
        Assert.DoesNotContain("geheim", server.Output);
    }

    private static async Task<string> RunAsync(WireClient client, string threadId, string text)
    {
        var accepted = await client.AskAsync("run", ("threadId", threadId), ("messageId", Guid.NewGuid().ToString()), ("text", text));
        Assert.True(accepted.GetProperty("type").GetString() == "accepted", accepted.GetRawText());
        return accepted.GetProperty("runId").GetString()!;
    }
}
