using System.Text;
using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>A message that grows by deltas. <see cref="ToMessage"/> is cached until the next change.</summary>
internal sealed class MessageDraft(string id, string role)
{
    private readonly List<CallDraft> _calls = [];
    private StringBuilder? _tail;       // text that is not yet in _content
    private string? _content;
    private ThreadMessage? _message;

    public string Id => id;
    public string Role => role;
    public string? ToolCallId { get; init; }
    public string? Error { get; init; }

    public static MessageDraft From(ThreadMessage message)
    {
        var draft = new MessageDraft(message.Id, message.Role)
        {
            ToolCallId = message.ToolCallId,
            Error = message.Error,
            _content = message.Content,
            _message = message,
        };
        foreach (var call in message.ToolCalls ?? []) draft._calls.Add(new(call.Id, call.Function.Name, call.Function.Arguments));
        return draft;
    }

    /// <summary>Makes the content a text: empty if there was none.</summary>
    public void BeginText() => Append("");

    public void Append(string delta)
    {
        _tail ??= new(_content);
        _tail.Append(delta);
        _message = null;
    }

    public CallDraft BeginCall(string callId, string name)
    {
        var call = new CallDraft(callId, name, "");
        _calls.Add(call);
        _message = null;
        return call;
    }

    public CallDraft? FindCall(string callId) => _calls.Find(call => call.Id == callId);

    public void AppendArguments(CallDraft call, string delta)
    {
        call.Append(delta);
        _message = null;
    }

    public ThreadMessage ToMessage()
    {
        if (_message is { } done) return done;
        if (_tail is not null) (_content, _tail) = (_tail.ToString(), null);
        return _message = new(id, role, _content, _calls.Count is 0 ? null : [.. _calls.Select(call => call.ToCall())], ToolCallId, Error);
    }
}

/// <summary>A tool call whose arguments grow by deltas.</summary>
internal sealed class CallDraft(string id, string name, string arguments)
{
    private readonly StringBuilder _arguments = new(arguments);

    public string Id => id;
    public void Append(string delta) => _arguments.Append(delta);
    public ToolCall ToCall() => new(id, new(name, _arguments.ToString()));
}
