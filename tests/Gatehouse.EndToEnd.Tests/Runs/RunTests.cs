using System.Text.Json;
using Gatehouse.EndToEnd.Harness;
using Gatehouse.Testing.Models;

namespace Gatehouse.EndToEnd.Runs;

/// <summary>Runs of the shipped server with a model that the test plays.</summary>
public sealed class RunTests : IAsyncLifetime
{
    private FakeModelProvider? _model;
    private ServerProcess? _server;

    private FakeModelProvider Model => _model!;

    private ServerProcess Server => _server!;

    public async ValueTask InitializeAsync() => _model = await FakeModelProvider.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        if (_model is not null) await _model.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Messages_sent_while_one_runs_are_queued_counted_and_answered_in_order()
    {
        await StartAsync();
        var go = new TaskCompletionSource();
        Model.Then(new ModelAnswer().Text("first ").Wait(go.Task).Text("done").Complete());
        await using var client = await WireClient.ConnectAsync(Server.Port);
        var (record, firstRun) = await client.BeginAsync("0");
        while (!record.Types.Contains("TEXT_MESSAGE_END") || record.Types[^1] != "TEXT_MESSAGE_CONTENT") record.See(await client.NextAsync());

        var runs = new List<string> { firstRun };
        for (var number = 1; number <= 16; number++)
        {
            var accepted = await client.RunAsync(record.ThreadId, $"{number}", record.See);
            Assert.Equal(number, accepted.GetProperty("queued").GetInt32());
            runs.Add(accepted.Text("runId"));
        }
        var full = await client.AskAsync("run", record.See, ("threadId", record.ThreadId), ("messageId", "17"), ("text", "17"));
        Assert.Equal("queue_full", full.TextOrNull("code"));
        Assert.True(full.GetProperty("retryAfterMs").GetInt32() > 0);

        go.SetResult();
        await record.UntilEndedAsync(client, 17);
        var started = record.Events.Select(each => JsonElement.Parse(each)).Where(each => each.Text("type") == "RUN_STARTED").Select(each => each.Text("runId"));
        Assert.Equal(runs, started);
        var queued = record.Events.Select(each => JsonElement.Parse(each)).Where(each => each.TextOrNull("name") == "gatehouse.queued").ToList();
        Assert.Equal(runs[1..], queued.Select(each => each.GetProperty("value").Text("runId")));
        AssertOneEndEach(record);

        // There is room again; and what was refused left nothing.
        await client.RunAsync(record.ThreadId, "17", record.See, "17");
        await record.UntilEndedAsync(client, 18);
        Assert.Equal(18, record.Types.Count(type => type == "RUN_STARTED"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Cancel_ends_the_active_run_and_lets_go_of_the_model()
    {
        await StartAsync();
        Model.Then(new ModelAnswer().Text("I think ").Hang());
        await using var client = await WireClient.ConnectAsync(Server.Port);
        var (record, runId) = await client.BeginAsync("think");
        while (!record.Events.Any(each => each.Contains("I think"))) record.See(await client.NextAsync());
        Assert.Equal("ok", (await client.AskAsync("cancel", record.See, ("runId", runId))).Text("type"));
        await record.UntilEndedAsync(client);
        Assert.Equal("cancelled", Outcome(record.Events[^1]));
        await Model.Abandoned.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal("ok", (await client.AskAsync("cancel", record.See, ("runId", runId))).Text("type"));       // again: nothing
        await client.RunAsync(record.ThreadId, "and now?", record.See);
        await record.UntilEndedAsync(client, 2);
        Assert.Equal("success", Outcome(record.Events[^1]));
        AssertOneEndEach(record);
        Assert.Contains("TEXT_MESSAGE_END", record.Types.SkipWhile(type => type != "TEXT_MESSAGE_CONTENT"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Cancel_of_a_queued_run_ends_it_without_asking_the_model()
    {
        await StartAsync();
        var go = new TaskCompletionSource();
        Model.Then(new ModelAnswer().Text("one ").Wait(go.Task).Text("two").Complete());
        await using var client = await WireClient.ConnectAsync(Server.Port);
        var (record, _) = await client.BeginAsync("first");
        var second = (await client.RunAsync(record.ThreadId, "second", record.See)).Text("runId");
        await client.RunAsync(record.ThreadId, "third", record.See);
        Assert.Equal("ok", (await client.AskAsync("cancel", record.See, ("runId", second))).Text("type"));
        go.SetResult();
        await record.UntilEndedAsync(client, 3);
        var ends = record.Events.Where(each => each.Contains("\"RUN_FINISHED\"")).Select(Outcome);
        Assert.Equal(["success", "cancelled", "success"], ends);
        Assert.DoesNotContain(Model.Requests, request => request.LastText == "second");
        AssertOneEndEach(record);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_run_that_exceeds_its_time_ends_with_budget_exceeded()
    {
        await StartAsync("--Runs:BudgetSeconds=1");
        Model.Then(new ModelAnswer().Text("wait ").Hang());
        await using var client = await WireClient.ConnectAsync(Server.Port);
        var record = await client.TurnAsync("hang");
        Assert.Equal("budget_exceeded", JsonElement.Parse(record.Events[^1]).TextOrNull("code"));
        AssertOneEndEach(record);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_model_that_calls_tools_in_circles_ends_with_budget_exceeded()
    {
        await StartAsync("--Runs:MaxSteps=3");
        Model.Otherwise = _ => ModelAnswer.Calling("usage");
        await using var client = await WireClient.ConnectAsync(Server.Port);
        var record = await client.TurnAsync("go round");
        Assert.Equal("budget_exceeded", JsonElement.Parse(record.Events[^1]).TextOrNull("code"));
        Assert.Equal(3, Model.Requests.Count);
        Assert.Equal(3, record.Types.Count(type => type == "TOOL_CALL_RESULT"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_tool_is_executed_once_and_its_result_given_to_the_model()
    {
        await StartAsync();
        Model.Then(ModelAnswer.Calling("process_figures"), ModelAnswer.Saying("All is well."));
        await using var client = await WireClient.ConnectAsync(Server.Port);
        var record = await client.TurnAsync("how are you?");
        Assert.Equal(1, await Server.MetricAsync("gatehouse_tool_calls_total"));
        string[] order = ["TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT", "TEXT_MESSAGE_START"];
        Assert.Equal(order, record.Types.SkipWhile(type => type != "TOOL_CALL_START").Take(5));
        var result = record.Events.Select(each => JsonElement.Parse(each)).Single(each => each.Text("type") == "TOOL_CALL_RESULT").Text("content");
        Assert.Equal(result, Model.Requests[^1].LastText);
    }

    internal static string? Outcome(string finished) => JsonElement.Parse(finished).GetProperty("outcome").TextOrNull("type");

    /// <summary>Every run that starts ends once, before the next one starts.</summary>
    internal static void AssertOneEndEach(ThreadRecord record)
    {
        var frame = record.Types.Where(type => type is "RUN_STARTED" or "RUN_FINISHED" or "RUN_ERROR")
            .Select(type => type == "RUN_STARTED" ? '(' : ')').ToArray();
        Assert.Equal(string.Concat(Enumerable.Repeat("()", frame.Length / 2)), new string(frame));
        Assert.Equal((0, 0), (record.Gaps, record.Snapshots));
    }

    private async Task StartAsync(params string[] arguments) => _server = await ServerProcess.StartAsync(
        [$"--Agent:Endpoint={Model.Endpoint}", "--Agent:Model=fake", "--Agent:ApiKey=none", .. arguments]);
}
