using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.EndToEnd.Harness;
using Gatehouse.Testing.Models;

namespace Gatehouse.EndToEnd.Runs;

/// <summary>Every event that the server can emit is one of AG-UI 1.0, by the schemas of <c>@ag-ui/core</c> itself.</summary>
public sealed class EventSchemaTests
{
    private static readonly string[] Kinds =
    [
        "RUN_STARTED", "RUN_FINISHED", "RUN_ERROR", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END",
        "REASONING_START", "REASONING_MESSAGE_START", "REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_END", "REASONING_END",
        "TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT", "CUSTOM",
    ];

    private static readonly string[] Codes =
        ["agent_failed", "agent_unreachable", "agent_rate_limited", "budget_exceeded", "unserializable"];

    private readonly List<string> _events = [];

    [Fact(Timeout = 120_000)]
    public async Task Every_event_validates_against_ag_ui_core()
    {
        await using var model = await FakeModelProvider.StartAsync();
        await using var server = await ServerProcess.StartAsync(ServerSetup.Host(
            $"--Agent:Endpoint={model.Endpoint}", "--Agent:Model=fake", "--Agent:ApiKey=none", "--Runs:BudgetSeconds=3", "--Ops:TokensPerSecond=0"));
        await using var client = await WireClient.ConnectAsync(server.Port);
        await WithTheModelAsync(client, model);
        await WithTheHostAsync(client);
        await RewoundAsync(server);

        var parsed = _events.Select(each => JsonElement.Parse(each)).ToList();
        Assert.Equal(Kinds.Order(), parsed.Select(each => each.Text("type")).Distinct().Order());
        Assert.Equal(Codes.Order(), parsed.Where(each => each.Text("type") == "RUN_ERROR").Select(each => each.Text("code")).Distinct().Order());
        // gatehouse.rewound is not asked for: after a restart every cursor lies before it, and is served a snapshot instead.
        Assert.Contains("gatehouse.queued", parsed.Where(each => each.Text("type") == "CUSTOM").Select(each => each.Text("name")));
        Assert.Equal(["cancelled", "interrupt", "success"],
            parsed.Where(each => each.Text("type") == "RUN_FINISHED").Select(each => each.GetProperty("outcome").Text("type")).Distinct().Order());
        await ValidateAsync();
    }

    private async Task WithTheModelAsync(WireClient client, FakeModelProvider model)
    {
        const string Agent = "assistant";
        model.Then(new ModelAnswer().Reasoning("Let me ", "think.").Text("Grüße, ", "\"😀\"\n").Complete());
        Keep(await client.TurnAsync("speak", Agent));
        model.Then(new ModelAnswer().Reasoning("A tool.").Text("I look. ").Call(0, "call_1", "usage", "{", "}").Call(1, "call_2", "usage").Complete(), ModelAnswer.Saying("Seen."));
        Keep(await client.TurnAsync("look", Agent));
        model.Then(ModelAnswer.Calling("no_such_tool"));
        Keep(await client.TurnAsync("call what is not there", Agent));
        model.Then(new ModelAnswer().Text("I begin ").Hang());
        Keep(await client.TurnAsync("hang", Agent));
        var answered = model.Otherwise;
        foreach (var status in new[] { 429, 401, 503 })
        {
            model.Otherwise = _ => ModelAnswer.Refusing(status, retryAfter: "0");
            Keep(await client.TurnAsync("fail", Agent));
        }
        model.Otherwise = answered;

        model.Then(new ModelAnswer().Text("I begin ").Hang());
        var (record, runId) = await client.BeginAsync("hang", Agent);
        while (!record.Events.Any(each => each.Contains("I begin"))) record.See(await client.NextAsync());
        await client.RunAsync(record.ThreadId, "queued", record.See, agent: Agent);
        await client.AskAsync("cancel", record.See, ("runId", runId));
        await record.UntilEndedAsync(client, 2);
        Keep(record);
    }

    private async Task WithTheHostAsync(WireClient client)
    {
        foreach (var text in new[] { "look fail odd", "bad", "boom", "count:30" }) Keep(await client.TurnAsync(text, "obedient"));
        Keep(await client.TurnAsync("tell me everything", "ops"));
        var record = await client.TurnAsync("pay", "obedient");
        var interrupt = JsonElement.Parse(record.Events[^1]).GetProperty("outcome").GetProperty("interrupts")[0].Text("id");
        await client.AskAsync("answer", record.See, ("interruptId", interrupt), ("payload", new JsonObject { ["approved"] = true }));
        await record.UntilEndedAsync(client, 2);
        Keep(record);
    }

    // The crash of a process: the next one begins the step again.
    private async Task RewoundAsync(ServerProcess server)
    {
        await using var before = await WireClient.ConnectAsync(server.Port);
        var (record, _) = await before.BeginAsync("look count:1000", "obedient");
        while (!record.Events.Any(each => each.Contains("40 "))) record.See(await before.NextAsync());
        Keep(record);
        await server.KillAsync();
        await using var next = await server.AgainAsync();
        await using var after = await WireClient.ConnectAsync(next.Port);
        await after.CommandAsync("subscribe", ("threadId", record.ThreadId), ("cursor", "0-0000000000000000"));
        for (var ended = false; !ended;)
        {
            var message = await after.NextAsync();
            if (message.Text("type") == "snapshot" && !message.TryGetProperty("run", out _)) ended = true;
            if (message.Text("type") != "events") continue;
            foreach (var each in message.GetProperty("events").EnumerateArray())
            {
                _events.Add(each.GetRawText());
                ended |= each.Text("type") is "RUN_FINISHED" or "RUN_ERROR";
            }
        }
    }

    private void Keep(ThreadRecord record) => _events.AddRange(record.Events);

    private async Task ValidateAsync()
    {
        var directory = Path.Combine(Repository.Root, "clients", "javascript");
        if (!Directory.Exists(Path.Combine(directory, "node_modules")))
            Assert.Equal(0, (await ExecuteAsync(directory, "npm", ["ci", "--no-audit", "--no-fund"], "")).ExitCode);
        var (exitCode, output) = await ExecuteAsync(directory, "node", ["test/validate-events.mjs"], string.Join('\n', _events));
        Assert.True(exitCode == 0, output);
        Assert.Contains($"{_events.Count} events, 0 invalid", output);
    }

    private static async Task<(int ExitCode, string Output)> ExecuteAsync(string directory, string program, string[] arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
