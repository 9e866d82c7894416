using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Gatehouse.Agents;
using Gatehouse.Chat;
using Gatehouse.Log;
using Gatehouse.Runs;
using Gatehouse.Store;
using Gatehouse.Tests.Store;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Runs;

/// <remarks>Alone, because whoever listens to the source hears every owner in the process.</remarks>
[CollectionDefinition(nameof(RunTraceTests), DisableParallelization = true)]
[Collection(nameof(RunTraceTests))]
public sealed class RunTraceTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ModelStore _store = new(TimeProvider.System);
    private readonly MemoryConversationLog _log = new(TimeProvider.System, window: 1000, TimeSpan.FromHours(1));
    private readonly LookingModel _model = new();
    private readonly List<Activity> _spans = [];    // guarded by itself

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _log.Dispose();
        _model.Dispose();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Two_owners_of_a_run_write_one_trace()
    {
        using var listener = Listen();
        var accepted = await AcceptAsync("thread", "a");
        var first = Owner(accepted.Claim!);
        _model.Hold = new();
        var owning = first.RunAsync(default);
        await _model.Held.Task.WaitAsync(Patience);

        first.Tell(new OwnerInput.HandOver(AtOnce: true));
        Assert.Equal(OwnerStop.HandedOver, await owning.WaitAsync(Patience));
        _model.Hold = null;
        var second = Owner((await _store.ClaimAsync("thread", "b", default))!);
        await second.RunAsync(default).WaitAsync(Patience);

        var trace = RunTrace.TraceOf("thread.run");
        List<Activity> spans;
        lock (_spans) spans = [.. _spans];
        Assert.All(spans, span => Assert.Equal(trace, span.TraceId));
        var runs = spans.Where(span => span.OperationName == "invoke_agent agent").ToList();
        Assert.Equal(2, runs.Count);
        Assert.All(runs, run => Assert.Equal(default, run.ParentSpanId));
        Assert.Equal(("handed_over", null), (runs[0].GetTagItem("gatehouse.run.left"), runs[0].GetTagItem("gatehouse.run.outcome")));
        Assert.Equal((null, "finished"), (runs[1].GetTagItem("gatehouse.run.left"), runs[1].GetTagItem("gatehouse.run.outcome")));
        Assert.Equal([false, true], runs.Select(run => run.GetTagItem("gatehouse.run.continued")));
        Assert.Single(spans, span => span.OperationName == "chat" && span.ParentSpanId == runs[0].SpanId);
        Assert.Equal(2, spans.Count(span => span.OperationName == "chat" && span.ParentSpanId == runs[1].SpanId));
        var tool = Assert.Single(spans, span => span.OperationName == "execute_tool look");
        Assert.Equal((runs[1].SpanId, "look"), (tool.ParentSpanId, tool.GetTagItem("gen_ai.tool.name")));
    }

    [Fact]
    public async Task A_failure_is_told_by_its_kind_and_nothing_that_was_said_is()
    {
        using var listener = Listen();
        _model.Failure = new InvalidOperationException("the key is geheim");
        var accepted = await AcceptAsync("thread", "a");
        await Owner(accepted.Claim!).RunAsync(default).WaitAsync(Patience);

        List<Activity> spans;
        lock (_spans) spans = [.. _spans];
        Assert.Equal(["chat", "invoke_agent agent"], spans.Select(span => span.OperationName));
        Assert.All(spans, span => Assert.Equal(ActivityStatusCode.Error, span.Status));
        Assert.Equal("agent_failed", spans[0].GetTagItem("error.type"));
        var said = spans.SelectMany(span => span.TagObjects).Select(tag => $"{tag.Value}").Concat(spans.Select(span => $"{span.StatusDescription}"));
        Assert.DoesNotContain(said, value => value.Contains("geheim") || value.Contains("words") || value.Contains("thread.run") && value.Length > 8);
    }

    [Fact]
    public async Task The_self_test_has_no_spans()
    {
        using var listener = Listen();
        var thread = SelfTest.NewThread();
        var accepted = await AcceptAsync(thread, "a");
        await Owner(accepted.Claim!).RunAsync(default).WaitAsync(Patience);

        Assert.Empty(_spans);
    }

    [Fact]
    public void Nothing_is_made_when_nobody_listens()
    {
        var trace = new RunTrace(selfTest: false, continued: null);
        var run = new OpenRun("run", "agent", RunState.Running);
        var (model, tool) = (new OwnerEffect.CallModel(run, 0), new OwnerEffect.CallTool(run, new("call", "look", "{}")));
        Trace();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Trace();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);

        void Trace()
        {
            Assert.True(trace.Model(model) is null && trace.Tool(tool) is null);
            trace.Ended(run, RunEnd.Finished);
            trace.Left(OwnerStop.Released);
        }
    }

    private ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RunTrace.SourceName,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => { lock (_spans) _spans.Add(span); },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private async Task<AcceptResult.Done> AcceptAsync(string thread, string owner) => (AcceptResult.Done)await _store.AcceptAsync(
        new(thread, "message", "the words of the user", "agent", $"{thread}.run", DateTimeOffset.UtcNow), owner, default);

    private ThreadOwner Owner(Claim claim)
    {
        var look = new AgentTool(AIFunctionFactory.Create(() => "seen", "look"), Idempotent: true);
        var agents = new AgentCatalog([new("agent", _ => new Agent("agent", _model) { Tools = [look] })], _services, new());
        var tools = new OwnerTools(
            _store, _log, new(agents, new(TimeProvider.System), TimeProvider.System), new(agents, _services), new(TimeSpan.Zero, TimeSpan.FromHours(1), 10, 50_000, agents.ToolRules),
            new(TimeProvider.System), TimeProvider.System,
            HeldBytes: 1 << 20);
        return new(claim, tools, new(new(_services.GetRequiredService<IMeterFactory>()), selfTest: true), NullLogger.Instance);
    }

    /// <summary>Looks once, then answers; holds where the test says so.</summary>
    private sealed class LookingModel : IChatClient
    {
        public TaskCompletionSource? Hold { get; set; }

        public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception? Failure { get; set; }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            if (Failure is { } failure) throw failure;
            if (Hold is { } hold)
            {
                Held.TrySetResult();
                await hold.Task.WaitAsync(cancellationToken);
            }
            if (messages.Any(message => message.Role == ChatRole.Tool)) yield return new(ChatRole.Assistant, "words");
            else yield return new(ChatRole.Assistant, [new FunctionCallContent("call", "look", new Dictionary<string, object?>())]);
        }

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
