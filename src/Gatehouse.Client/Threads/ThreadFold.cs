using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>
/// Turns a thread's events into its state (docs/protocol.md §5). Knows nothing of cursors. Never throws: an event that it
/// does not understand, or that lacks a field, changes nothing, because its position counts all the same.
/// </summary>
internal sealed class ThreadFold
{
    private readonly List<MessageDraft> _messages = [];
    private readonly Dictionary<string, MessageDraft> _byId = [];
    private readonly Dictionary<string, MessageDraft> _byCall = [];
    private readonly List<QueuedRun> _queued = [];
    private readonly List<Interrupt> _interrupts = [];
    private ThreadRun? _run;

    public string? ActiveRunId => _run?.RunId;

    /// <summary>Whether <paramref name="messageId"/> is part of the thread, and so its run has begun.</summary>
    public bool HasMessage(string messageId) => _byId.ContainsKey(messageId);

    /// <summary>Whether <paramref name="runId"/> is active or waits.</summary>
    public bool IsOpen(string runId) => _run?.RunId == runId || _queued.Exists(queued => queued.RunId == runId);

    public ThreadView View(string threadId, string? cursor) =>
        new(threadId, cursor, [.. _messages.Select(message => message.ToMessage())], _run, [.. _queued], [.. _interrupts]);

    public void Replace(IReadOnlyList<SnapshotMessage> pages)
    {
        Clear();
        foreach (var page in pages)
        {
            foreach (var message in page.Messages) Add(MessageDraft.From(message), message.ToolCalls);
            _queued.AddRange(page.Queued);
            _interrupts.AddRange(page.Interrupts);
            if (page.Run is { } run) _run = new(run.RunId, run.Agent);
        }
    }

    public void Apply(JsonElement @event)
    {
        switch (@event.Text("type"))
        {
            case "RUN_STARTED": BeginRun(@event.Text("runId")); break;
            case "RUN_FINISHED": EndRun(@event); break;
            case "RUN_ERROR": _run = null; break;
            case "TEXT_MESSAGE_START": BeginMessage(@event.Text("messageId"), @event.Text("role") ?? "assistant"); break;
            case "REASONING_MESSAGE_START": BeginMessage(@event.Text("messageId"), "reasoning"); break;
            case "TEXT_MESSAGE_CONTENT" or "REASONING_MESSAGE_CONTENT": Append(@event.Text("messageId"), @event.Text("delta")); break;
            case "TOOL_CALL_START": BeginCall(@event.Text("toolCallId"), @event.Text("toolCallName"), @event.Text("parentMessageId")); break;
            case "TOOL_CALL_ARGS": AppendArguments(@event.Text("toolCallId"), @event.Text("delta")); break;
            case "TOOL_CALL_RESULT": AddResult(@event.Text("messageId"), @event.Text("toolCallId"), @event.Text("content")); break;
            case "CUSTOM" when @event.Text("name") is CustomEvent.Queued: Enqueue(@event); break;
        }
    }

    private void Clear()
    {
        _messages.Clear();
        _byId.Clear();
        _byCall.Clear();
        _queued.Clear();
        _interrupts.Clear();
        _run = null;
    }

    private void BeginRun(string? runId)
    {
        if (runId is null) return;
        _run = new(runId);
        _queued.RemoveAll(queued => queued.RunId == runId);
    }

    private void EndRun(JsonElement @event)
    {
        var runId = @event.Text("runId");
        if (_run?.RunId == runId) _run = null;
        _queued.RemoveAll(queued => queued.RunId == runId);
        foreach (var interrupt in @event.AskedInterrupts())
        {
            _interrupts.RemoveAll(open => open.Id == interrupt.Id);
            _interrupts.Add(interrupt);
        }
    }

    private void Enqueue(JsonElement @event)
    {
        if (!@event.TryGetProperty("value", out var value) || value.As(MessageJson.Default.QueuedRun) is not { RunId: not null } run) return;
        if (!IsOpen(run.RunId)) _queued.Add(run);
    }

    private void BeginMessage(string? id, string role)
    {
        if (id is null) return;
        if (!_byId.TryGetValue(id, out var message)) Add(message = new(id, role), null);
        message.BeginText();
    }

    private void Append(string? id, string? delta)
    {
        if (id is not null && delta is not null && _byId.TryGetValue(id, out var message)) message.Append(delta);
    }

    private void BeginCall(string? id, string? name, string? parentId)
    {
        if (id is null || name is null) return;
        var parent = parentId is null ? null : _byId.GetValueOrDefault(parentId);
        if (parent is not { Role: "assistant" })
        {
            var free = parentId is not null && parent is null ? parentId : id;
            Add(parent = new(free, "assistant"), null);
        }
        parent.BeginCall(id, name);
        _byCall[id] = parent;
    }

    private void AppendArguments(string? id, string? delta)
    {
        if (id is null || delta is null || !_byCall.TryGetValue(id, out var parent)) return;
        if (parent.FindCall(id) is { } call) parent.AppendArguments(call, delta);
    }

    private void AddResult(string? id, string? callId, string? content)
    {
        if (id is null || callId is null) return;
        var result = new MessageDraft(id, "tool") { ToolCallId = callId };
        result.Append(content ?? "");
        Add(result, null);
        _interrupts.RemoveAll(interrupt => interrupt.ToolCallId == callId);
    }

    private void Add(MessageDraft message, IReadOnlyList<ToolCall>? calls)
    {
        _messages.Add(message);
        _byId[message.Id] = message;
        foreach (var call in calls ?? []) _byCall[call.Id] = message;
    }
}
