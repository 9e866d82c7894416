using System.Text.Json;
using Gatehouse.Agents.Ops;
using Gatehouse.Diagnosis;
using Gatehouse.Operations;
using Gatehouse.Readiness;
using Microsoft.Extensions.AI;

namespace Gatehouse.Agents.Tests.Ops;

public sealed class OpsAgentTests : IDisposable
{
    private static readonly NodeFacts NotReady = new(false,
    [
        new("configuration", "ready", 15, []),
        new("database", "failed", 12.34, [], 4, "connection refused\nby 10.0.0.5"),
        new("schema", "waiting", 14, ["database"]),
        new("chat", "waiting", 14, ["schema"]),
    ]);

    private static readonly StartupTimeline Startup = new(true, 412, [
        new("configuration", "ready", [], 0, 3, 0, 1),
        new("database", "ready", ["configuration"], 3, 97, 250, 3),
        new("chat", "ready", ["database"], 350, 62, 0, 1),
    ], ["configuration", "database", "chat"]);

    private static readonly Case Refused = new()
    {
        At = DateTimeOffset.UnixEpoch.AddMinutes(2),
        Graph = new()
        {
            At = DateTimeOffset.UnixEpoch.AddMinutes(2),
            Nodes =
            [
                new() { Name = "database", IsRequired = true, State = NodeState.Failed, Since = DateTimeOffset.UnixEpoch, LastVerdict = DateTimeOffset.UnixEpoch.AddMinutes(2), Failures = 9, Reason = "connection refused", Signature = "ConnectionRefused" },
                new() { Name = "chat", After = ["database"], IsRequired = true, State = NodeState.Waiting, Since = DateTimeOffset.UnixEpoch, WaitingOn = ["database"] },
            ],
        },
    };

    private readonly OpsChat _chat = new();

    public void Dispose() => _chat.Dispose();

    [Fact]
    public async Task Not_ready_names_the_cause_and_who_waits_for_whom()
    {
        _chat.Facts.Nodes = () => NotReady;
        var answer = await _chat.AskAsync("is it ready?");
        Assert.Equal(["node_states"], _chat.Called);
        Assert.Equal(
            """
            **The server is not ready because of `database`.**

            - `database` has been failed for 12.3 s, after 4 failed attempts: connection refused by 10.0.0.5
            - `schema` waits for `database`; waiting for 14 s.
            - `chat` waits for `schema`, which waits for `database`; waiting for 14 s.

            Ready: `configuration`.
            """, answer);
    }

    [Fact]
    public async Task Why_is_answered_by_the_diagnosis_from_the_symptom_to_the_remedy()
    {
        _chat.Facts.Nodes = () => NotReady;
        _chat.Facts.Why = _ => Task.FromResult(FiveWhys.Explain(Refused));

        var answer = await _chat.AskAsync("why is it not ready?");

        Assert.Equal(["node_states", "diagnosis"], _chat.Called);
        var report = FiveWhys.Explain(Refused);
        Assert.StartsWith($"**{report.Summary}**", answer);
        for (var (hop, depth) = (report.Chain, 0); hop is not null; hop = hop.Causes.FirstOrDefault(), depth++)
            Assert.Contains($"\n{new string(' ', depth * 2)}- {hop.Question} {hop.Answer}", answer);
        Assert.All(report.Roots[0].Remedies, remedy => Assert.Contains(remedy.Text, answer));
    }

    [Fact]
    public async Task Why_of_a_healthy_server_says_so_and_lists_the_nodes()
    {
        _chat.Facts.Nodes = () => new(true, [new("database", "ready", 90, [])]);
        _chat.Facts.Why = _ => Task.FromResult(FiveWhys.Explain(new() { At = DateTimeOffset.UnixEpoch }));

        var answer = await _chat.AskAsync("why?");

        Assert.EndsWith("**The server is ready.** All 1 node are:\n\n- `database` for 90 s", answer);
        Assert.DoesNotContain("What to do", answer);
    }

    [Fact]
    public async Task Without_a_diagnosis_it_says_that_it_cannot_see_one()
    {
        Assert.Contains("I cannot see the diagnosis", await _chat.AskAsync("explain"));
    }

    [Fact]
    public async Task Ready_lists_the_nodes()
    {
        _chat.Facts.Nodes = () => new(true, [new("database", "ready", 90, []), new("chat", "ready", 200, [])]);
        Assert.Equal("**The server is ready.** All 2 nodes are:\n\n- `database` for 90 s\n- `chat` for 3.3 min", await _chat.AskAsync("ready?"));
    }

    [Fact]
    public async Task Nodes_that_wait_for_each_other_end_the_chain()
    {
        _chat.Facts.Nodes = () => new(false, [new("a", "waiting", 1, ["b"]), new("b", "waiting", 1, ["a"])]);
        Assert.Contains("`a` waits for `b`, which waits for `a`", await _chat.AskAsync("status"));
    }

    [Fact]
    public async Task Timeline_has_the_critical_path_and_the_bars()
    {
        _chat.Facts.Startup = () => Startup;
        var answer = await _chat.AskAsync("show the start-up timeline");
        Assert.Equal(["startup_timeline"], _chat.Called);
        Assert.StartsWith("**The start took 412 ms** over 3 nodes. The critical path is `configuration` → `database` → `chat`.", answer);
        Assert.Contains("Most of its own time took `database`: 347 ms, 84 % of the whole.", answer);
        Assert.Contains("database       ████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒", answer);
        Assert.Contains("waited for configuration", answer);
        Assert.Contains("- `database` needed 3 attempts.", answer);
    }

    [Fact]
    public async Task A_start_that_goes_on_shows_who_still_waits()
    {
        _chat.Facts.Startup = () => new(false, 700,
            [new("database", "checking", [], 0, 700, 0, 2), new("chat", "waiting", ["database"], 700, 0, 0, 0)], []);
        var answer = await _chat.AskAsync("how is the boot?");
        Assert.StartsWith("**The start has been going on for 700 ms** over 2 nodes.", answer);
        Assert.Contains("chat      ·······························   0 ms, waited for database", answer);
        Assert.EndsWith("\n\n- `database` is checking after 2 attempts.\n- `chat` is waiting.", answer);
    }

    [Fact]
    public async Task Connections_are_counted()
    {
        for (var i = 0; i < 3; i++)
        {
            _chat.Metrics.HandshakeDecided(HandshakeOutcome.Accepted, HandshakeReason.Ready);
            _chat.Metrics.ConnectionMoved(null, ConnectionState.Open);
        }
        _chat.Metrics.HandshakeDecided(HandshakeOutcome.Refused, HandshakeReason.NotReady, "redis");
        _chat.Metrics.ConnectionMoved(ConnectionState.Open, ConnectionState.Draining);
        Assert.Equal(
            "**2 connections are open.** 1 connection is draining. Since the start 3 handshakes were accepted and 1 was refused.",
            await _chat.AskAsync("how many connections?"));
    }

    [Fact]
    public async Task Runs_are_shown_without_an_id_that_would_let_others_cancel_them()
    {
        _chat.Facts.Runs = () => new([new("7f3a9c1e-0000-4000-8000-00000000beef", "ops", 2.5, 3)], 2);
        var answer = await _chat.AskAsync("which runs are active?");
        Assert.Contains("**1 run is active**, and 2 more wait", answer);
        Assert.Contains("- `7f3a9c1e…` by agent `ops`: step 3, 2.5 s old", answer);
        Assert.DoesNotContain("beef", JsonSerializer.Serialize(_chat.History, AIJsonUtilities.DefaultOptions));
    }

    [Fact]
    public async Task Memory_and_usage_come_from_the_process_and_the_metrics()
    {
        _chat.Metrics.RunStarted();
        _chat.Metrics.RunEnded(RunOutcome.Success, TimeSpan.FromSeconds(1));
        _chat.Metrics.TokensUsed(1200, 34);
        var answer = await _chat.AskAsync("memory and what is my usage?");
        Assert.Equal(["process_figures", "usage"], _chat.Called);
        Assert.Matches(@"The process uses [\d,]+\.\d MiB of memory", answer);
        Assert.Contains("**1,234 tokens in 1 run**", answer);
    }

    [Theory]
    [InlineData("write me a poem about the sea", "I did not understand that.")]
    [InlineData("hello", "Hello! I am this server's ops agent.")]
    [InlineData("what can you do?", "I answer questions about this server")]
    public async Task Says_what_it_can_do(string text, string start)
    {
        var answer = await _chat.AskAsync(text);
        Assert.StartsWith(start, answer);
        Assert.Contains("Why is it not ready?", answer);
        Assert.Empty(_chat.Called);
    }

    [Fact]
    public async Task Everything_is_a_long_report_from_all_tools()
    {
        var answer = await _chat.AskAsync("tell me everything");
        Assert.Equal(5, _chat.Called.Distinct().Count());
        Assert.True(answer.CountTokens() >= 400, $"{answer.CountTokens()} words");
        Assert.Contains("I cannot see the states of the nodes", answer);
    }

    [Fact]
    public async Task A_fact_without_a_source_is_unknown_not_fine()
    {
        Assert.Equal("I cannot see the states of the nodes: the tool gave no answer that I can read.", await _chat.AskAsync("ready?"));
    }

    [Theory]
    [InlineData("The tool failed: boom")]
    [InlineData("[1]")]
    [InlineData("{\"ready\":5}")]
    [InlineData("null")]
    public async Task A_result_that_cannot_be_read_is_unknown(string result)
    {
        _chat.Facts.Nodes = () => NotReady;
        Assert.StartsWith("I cannot see", await _chat.AskAsync("ready?", _ => result));
    }

    [Fact]
    public async Task A_result_may_come_back_as_text_or_as_JSON()
    {
        _chat.Facts.Nodes = () => NotReady;
        var direct = await _chat.AskAsync("ready?");
        Assert.Equal(direct, await _chat.AskAsync("ready?", result => ((JsonElement)result!).GetRawText()));
        Assert.Equal(direct, await _chat.AskAsync("ready?", result =>
            JsonSerializer.SerializeToElement(((JsonElement)result!).GetRawText())));
    }

    [Fact]
    public async Task The_next_question_reads_again()
    {
        _chat.Facts.Nodes = () => NotReady;
        await _chat.AskAsync("ready?");
        _chat.Facts.Nodes = () => new(true, [new("database", "ready", 1, [])]);
        Assert.StartsWith("**The server is ready.**", await _chat.AskAsync("ready?"));
        var ids = _chat.History.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId).ToList();
        Assert.Equal(2, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_tool_that_is_not_offered_is_not_called()
    {
        _chat.History.Add(new(ChatRole.User, "ready?"));
        var response = await _chat.Agent.Model.GetResponseAsync(_chat.History, options: null, TestContext.Current.CancellationToken);
        Assert.StartsWith("I cannot see", response.Text);
    }

    [Fact]
    public void Tools_are_idempotent_and_without_parameters()
    {
        Assert.All(_chat.Agent.Tools, tool => Assert.True(tool.Idempotent));
        Assert.All(_chat.Agent.Tools, tool => Assert.Empty(tool.Function.JsonSchema.GetProperty("properties").EnumerateObject()));
        Assert.All(_chat.Agent.Tools, tool => Assert.NotEmpty(tool.Function.Description));
    }
}
