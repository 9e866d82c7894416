using System.Text;
using Gatehouse.Log;
using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Runs;

/// <summary>
/// What one model call has said so far, and how it becomes events: deltas are merged until they are sealed, so that replay
/// equals live. A pure state machine.
/// </summary>
/// <remarks>
/// Ids derive from run and step (<c>run.step</c>, <c>run.step.rN</c>, <c>run.step.cN</c>), so that a step that is done again
/// says the same under the same ids, and a provider that repeats its call ids does no harm.
/// </remarks>
internal sealed class StepDraft(string runId, int step)
{
    private readonly string _messageId = $"{runId}.{step}";
    private readonly StringBuilder _text = new();
    private readonly List<ToolCall> _calls = [];
    private readonly List<(string Id, StringBuilder Text, bool First)> _reasoning = [];     // First: before the answer began
    private readonly StringBuilder _unsealed = new();   // of the text, or of the last reasoning
    private bool _textOpen;
    private bool _reasoningOpen;

    /// <summary>The tool calls so far, in order.</summary>
    public IReadOnlyList<ToolCall> Calls => _calls;

    public RunUsage Usage { get; private set; }

    /// <summary>Bytes in memory of what is not sealed yet: while the log is away, that is nearly all.</summary>
    public long UnsealedBytes => _unsealed.Length * (long)sizeof(char);

    public void Add(ModelDelta delta, LogWriter log)
    {
        switch (delta)
        {
            case ModelDelta.Text { Value.Length: > 0 } text:
                CloseReasoning(log);
                if (!_textOpen) log.Seal(new TextMessageStart(_messageId, "assistant").ToUtf8());
                _textOpen = true;
                _unsealed.Append(text.Value);
                break;
            case ModelDelta.Reasoning { Value.Length: > 0 } reasoning:
                if (!_reasoningOpen) OpenReasoning(log);
                _unsealed.Append(reasoning.Value);
                break;
            case ModelDelta.Call call:
                CloseReasoning(log);
                Flush(log, last: true);
                AddCall(call, log);
                break;
            case ModelDelta.Usage usage:
                Usage += usage.Tokens;
                break;
        }
    }

    /// <summary>Seals what has been said since the last time, as one event.</summary>
    public void Flush(LogWriter log, bool last = false)
    {
        // Half of a surrogate pair waits for its other half; alone it would be written as U+FFFD.
        var hold = !last && _unsealed.Length > 0 && char.IsHighSurrogate(_unsealed[^1]) ? 1 : 0;
        var length = _unsealed.Length - hold;
        if (length == 0) return;
        var delta = Wellformed(_unsealed.ToString(0, length));
        _unsealed.Remove(0, length);
        if (_reasoningOpen)
        {
            _reasoning[^1].Text.Append(delta);
            log.Seal(new ReasoningMessageContent(_reasoning[^1].Id, delta).ToUtf8());
        }
        else
        {
            _text.Append(delta);
            log.Seal(new TextMessageContent(_messageId, delta).ToUtf8());
        }
    }

    private bool HasText => _textOpen || _text.Length > 0;

    private bool HasAnswer => HasText || _calls.Count > 0;

    /// <summary>Ends whatever is open.</summary>
    public void Close(LogWriter log)
    {
        Flush(log, last: true);
        CloseReasoning(log);
        if (_textOpen) log.Seal(new TextMessageEnd(_messageId).ToUtf8());
        _textOpen = false;
    }

    /// <summary>The messages as far as they are sealed, in the order in which their events began.</summary>
    public IReadOnlyList<StoredMessage> Messages()
    {
        var messages = new List<StoredMessage>();
        AddReasoning(first: true);
        if (HasAnswer)
            messages.Add(new(_messageId, "assistant", HasText ? _text.ToString() : null, _calls.Count > 0 ? [.. _calls] : null));
        AddReasoning(first: false);
        return messages;

        void AddReasoning(bool first) => messages.AddRange(_reasoning.Where(span => span.First == first)
            .Select(span => new StoredMessage(span.Id, "reasoning", span.Text.ToString())));
    }

    private void OpenReasoning(LogWriter log)
    {
        Flush(log, last: true);
        var id = $"{_messageId}.r{_reasoning.Count}";
        _reasoning.Add((id, new(), !HasAnswer));
        log.Seal(new ReasoningStart(id).ToUtf8());
        log.Seal(new ReasoningMessageStart(id).ToUtf8());
        _reasoningOpen = true;
    }

    private void CloseReasoning(LogWriter log)
    {
        if (!_reasoningOpen) return;
        Flush(log, last: true);
        log.Seal(new ReasoningMessageEnd(_reasoning[^1].Id).ToUtf8());
        log.Seal(new ReasoningEnd(_reasoning[^1].Id).ToUtf8());
        _reasoningOpen = false;
    }

    private void AddCall(ModelDelta.Call call, LogWriter log)
    {
        var id = $"{_messageId}.c{_calls.Count}";
        var arguments = Wellformed(call.Arguments);
        _calls.Add(new(id, new(call.Tool, arguments)));
        log.Seal(new ToolCallStart(id, call.Tool, _messageId).ToUtf8());
        log.Seal(new ToolCallArgs(id, arguments).ToUtf8());
        log.Seal(new ToolCallEnd(id).ToUtf8());
    }

    // What JSON will make of it, so that the store, the log and the clients hold the same text.
    internal static string Wellformed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
