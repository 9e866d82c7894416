using Gatehouse.Protocol;
using Gatehouse.Store;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Store;

/// <summary>What every <see cref="IStore"/> keeps to: the suites that derive from this, each run on each implementation.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private protected const string Thread = "thread";
    private protected const string Owner = "owner";

    private long _seq;

    private protected FakeTimeProvider Clock { get; } = new(new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private protected IStore Store { get; private set; } = null!;

    private protected DateTimeOffset Now => Clock.GetUtcNow();

    private protected abstract IStore Create(TimeProvider clock);

    /// <summary>Every lease is over, for a store that grants leases.</summary>
    private protected virtual Task LapseAsync() => Task.CompletedTask;

    public virtual ValueTask InitializeAsync()
    {
        Store = Create(Clock);
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // ── accepting ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>Sends a message; its run is called as it is, with <c>run-</c> before.</summary>
    private protected Task<AcceptResult> SendAsync(
        string message, string text = "hello", string thread = Thread, string owner = Owner, string? run = null, bool selfTest = false) =>
        Store.AcceptAsync(new(thread, message, text, "agent", run ?? $"run-{message}", Now, selfTest), owner, default);

    private protected async Task<AcceptResult.Done> AcceptedAsync(
        string message, string text = "hello", string thread = Thread, string owner = Owner, string? run = null, bool selfTest = false) =>
        Assert.IsType<AcceptResult.Done>(await SendAsync(message, text, thread, owner, run, selfTest));

    private protected Task<AcceptResult> SendAnswerAsync(
        string interrupt, string run, bool approved = true, string? denial = null, string payload = "{}", string owner = Owner) =>
        Store.AnswerAsync(new(interrupt, payload, approved, denial, run, Now), owner, default);

    private protected async Task<AcceptResult.Done> AnsweredAsync(
        string interrupt, string run, bool approved = true, string? denial = null) =>
        Assert.IsType<AcceptResult.Done>(await SendAnswerAsync(interrupt, run, approved, denial));

    // ── checkpoints ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>A position behind all earlier ones; every second has a digest that is negative as a signed number.</summary>
    private protected Position NextPosition() => new(++_seq, (ulong)_seq * 0x9E3779B97F4A7C15);

    private protected Task<CheckpointVerdict> WriteAsync(string run, RunChange change, long generation = 1, string thread = Thread) =>
        Store.WriteAsync(new(thread, generation, run, NextPosition(), change), default);

    private protected async Task DoneAsync(string run, params RunChange[] changes)
    {
        foreach (var change in changes) Assert.Equal(CheckpointVerdict.Done, await WriteAsync(run, change));
    }

    private protected RunChange.Started Started() => new(Now);

    private protected static RunChange.Said Said(int step, StoredMessage message, bool open = false) => new(step, [message], open, default);

    private protected static RunChange.Closing Closing(params Interrupt[] interrupts) =>
        new(interrupts.Length > 0 ? RunEnd.Interrupted : RunEnd.Finished, [1, 2, 3], interrupts);

    private protected static StoredMessage Assistant(string id, string text, params string[] calls) =>
        new(id, "assistant", text, [.. calls.Select(call => new ToolCall(call, new("tool-" + call, "{\"é\":1}")))]);

    private protected static RunChange.ToolEnded Result(string call, string content = "result", string? error = null) =>
        new(call, new($"{call}.result", "tool", content, ToolCallId: call, Error: error));

    private protected static Interrupt Ask(string id, string call) => new(
        id, "tool_call", "May it run?", call, System.Text.Json.JsonElement.Parse("""{"type":"object"}"""u8));

    /// <summary>Runs from queued to closed.</summary>
    private protected Task RunToEndAsync(string run) =>
        DoneAsync(run, Started(), Said(0, Assistant($"{run}.0", "answer")), Closing(), new RunChange.Closed());

    /// <summary>A first run that has called <paramref name="calls"/> and asks for the first of them as <c>ask</c>.</summary>
    private protected async Task InterruptedAsync(params string[] calls)
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started(), Said(0, Assistant("run-1.0", "shall I?", calls)), Closing(Ask("ask", calls[0])), new RunChange.Closed());
    }

    // ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    private protected async Task<ThreadSnapshot> SnapshotAsync(string thread = Thread) =>
        Assert.IsType<ThreadSnapshot>(await Store.SnapshotAsync(thread, default));

    private protected async Task<string[]> MessagesAsync() => [.. (await SnapshotAsync()).Messages.Select(message => message.Content ?? "")];

    /// <summary>The open run as its owner finds it. The generation stays 1.</summary>
    private protected async Task<OpenRun> OpenRunAsync()
    {
        var proceeding = await Store.ProceedAsync(Thread, 1, default);
        Assert.False(proceeding.Stale);
        return Assert.IsType<OpenRun>(proceeding.Run);
    }
}
