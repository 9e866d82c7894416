using System.Text.Json;
using Gatehouse.Log;
using Gatehouse.Store;

namespace Gatehouse.Tests.Simulation;

/// <summary>What a client makes of events and snapshots, in the plainest way: the naive model of a thread.</summary>
internal sealed class SimReplica
{
    private sealed class Message(string id, string role)
    {
        public string Id => id;
        public string Role => role;
        public string? Content { get; set; }
        public string? ToolCallId { get; init; }
        public List<(string Id, string Name, string Arguments)> Calls { get; } = [];
    }

    private readonly List<Message> _messages = [];
    private readonly List<string> _ended = [];
    private string? _run;

    /// <summary>The runs whose terminal event has been applied.</summary>
    public IReadOnlyList<string> Ended => _ended;

    public void Load(ThreadSnapshot snapshot)
    {
        _messages.Clear();
        foreach (var stored in snapshot.Messages)
        {
            var message = new Message(stored.Id, stored.Role) { Content = stored.Content, ToolCallId = stored.ToolCallId };
            message.Calls.AddRange((stored.ToolCalls ?? []).Select(call => (call.Id, call.Function.Name, call.Function.Arguments)));
            _messages.Add(message);
        }
        // A log that lost an end which the store had not recorded as closed announces that same end once more.
        _run = snapshot.Run?.RunId;
        _ended.Remove(_run ?? "");
    }

    public void Apply(LogEntry entry)
    {
        using var document = JsonDocument.Parse(entry.Utf8);
        var json = document.RootElement;
        switch (json.GetProperty("type").GetString())
        {
            case "RUN_STARTED": _run = Text(json, "runId"); break;
            case "RUN_FINISHED" or "RUN_ERROR": _ended.Add(_run ?? "none"); break;
            case "TEXT_MESSAGE_START": Get(Text(json, "messageId"), Text(json, "role")).Content ??= ""; break;
            case "REASONING_MESSAGE_START": Get(Text(json, "messageId"), "reasoning").Content ??= ""; break;
            case "TEXT_MESSAGE_CONTENT" or "REASONING_MESSAGE_CONTENT": Find(Text(json, "messageId")).Content += Text(json, "delta"); break;
            case "TOOL_CALL_START":
                Get(Text(json, "parentMessageId"), "assistant").Calls.Add((Text(json, "toolCallId"), Text(json, "toolCallName"), ""));
                break;
            case "TOOL_CALL_ARGS": AddArguments(Text(json, "toolCallId"), Text(json, "delta")); break;
            case "TOOL_CALL_RESULT":
                _messages.Add(new(Text(json, "messageId"), "tool") { Content = Text(json, "content"), ToolCallId = Text(json, "toolCallId") });
                break;
        }
    }

    public override string ToString() => Print(_messages.Select(message => (message.Id, message.Role, message.Content, message.ToolCallId,
        string.Join(";", message.Calls.Select(call => $"{call.Id}={call.Name}({call.Arguments})")))));

    /// <summary>A store's messages, printed alike.</summary>
    public static string Print(IEnumerable<StoredMessage> messages) => Print(messages.Select(message => (
        message.Id, message.Role, message.Content, message.ToolCallId,
        string.Join(";", (message.ToolCalls ?? []).Select(call => $"{call.Id}={call.Function.Name}({call.Function.Arguments})")))));

    private static string Print(IEnumerable<(string Id, string Role, string? Content, string? ToolCallId, string Calls)> messages) =>
        string.Join("\n", messages.Select(m => $"{m.Id} {m.Role} [{m.Content}] {m.ToolCallId} {m.Calls}"));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private Message Find(string id) => _messages.Find(message => message.Id == id) ?? throw new ViolationException($"an event goes on with {id}, which the client does not have");

    private Message Get(string id, string role)
    {
        if (_messages.Find(message => message.Id == id) is { } known) return known;
        var message = new Message(id, role);
        _messages.Add(message);
        return message;
    }

    private void AddArguments(string callId, string delta)
    {
        var message = _messages.Find(candidate => candidate.Calls.Exists(call => call.Id == callId))!;
        var index = message.Calls.FindIndex(call => call.Id == callId);
        var call = message.Calls[index];
        message.Calls[index] = call with { Arguments = call.Arguments + delta };
    }
}
