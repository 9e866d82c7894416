using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// One chat turn as the probe has seen it. The rest that a second connection has to bring is kept twice: after the message was accepted,
/// and after the first events; the later one is the better proof, for it begins in the middle.
/// </summary>
internal sealed class Turn(string threadId, string runId, string cursor) : IDisposable
{
    private Tail _start = new(cursor);
    private Tail? _middle;

    public string ThreadId => threadId;

    /// <summary>The position that it has reached.</summary>
    public string Cursor => _start.Cursor;

    /// <summary>The earlier position, and what has to come after it.</summary>
    public Tail Rest => _middle is { Count: > 0 } ? _middle : _start;

    public int Events => _start.Count;

    /// <summary>Takes a message of the thread. True if the run has ended well.</summary>
    public bool Apply(ServerMessage message)
    {
        switch (message)
        {
            case EventsMessage events when events.ThreadId == threadId:
                _start.Add(events);
                if (_middle is null) _middle = new(_start.Cursor);
                else _middle.Add(events);
                return events.Events.Any(Ends);
            case SnapshotMessage { Cursor: { } position } snapshot when snapshot.ThreadId == threadId:
                Dispose();
                (_start, _middle) = (new(position), null);
                // It is over if it is neither active nor queued; how, a snapshot does not tell.
                return snapshot.More is not true && snapshot.Run?.RunId != runId && snapshot.Queued?.Any(run => run.RunId == runId) is not true;
            default:
                return false;
        }
    }

    public void Dispose()
    {
        _start.Dispose();
        _middle?.Dispose();
    }

    private bool Ends(JsonElement @event) => Text(@event, "type") switch
    {
        "RUN_ERROR" => throw new LayerException($"run {Text(@event, "code") ?? "failed"}", $"the run failed: {Text(@event, "message")}"),
        "RUN_FINISHED" when Text(@event, "runId") == runId => @event.TryGetProperty("outcome", out var outcome) && Text(outcome, "type") is "cancelled"
            ? throw new LayerException("run cancelled", "somebody cancelled the run")
            : true,
        _ => false,
    };

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
