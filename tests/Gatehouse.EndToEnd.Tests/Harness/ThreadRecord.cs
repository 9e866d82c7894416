using System.Text.Json;

namespace Gatehouse.EndToEnd.Harness;

/// <summary>
/// What a client of the protocol has of one thread: every event byte for byte, and the chain of cursors. The one rule of
/// docs/protocol.md §4, in a dozen lines, apart from the product's clients.
/// </summary>
public sealed class ThreadRecord(string threadId, string cursor)
{
    private readonly List<string> _events = [];

    public string ThreadId => threadId;

    /// <summary>Where the record begins.</summary>
    public string Start { get; } = cursor;

    /// <summary>The position up to which events have been applied.</summary>
    public string Cursor { get; private set; } = cursor;

    /// <summary>The events, as they were written.</summary>
    public IReadOnlyList<string> Events => _events;

    /// <summary>How many events stood before each cursor that was seen.</summary>
    public Dictionary<string, int> Chain { get; } = new() { [cursor] = 0 };

    /// <summary>Snapshots that came in place of events.</summary>
    public int Snapshots { get; private set; }

    /// <summary>How many events stood before the last snapshot; what the snapshot says in their place is not among the events.</summary>
    public int BeforeSnapshot { get; private set; }

    /// <summary>Frames that did not follow on.</summary>
    public int Gaps { get; private set; }

    /// <summary>Runs that have ended.</summary>
    public int Ended { get; private set; }

    /// <summary>Applies a message if it is about this thread and follows on.</summary>
    public void See(JsonElement message)
    {
        if (!message.TryGetProperty("threadId", out var id) || id.GetString() != threadId) return;
        switch (message.GetProperty("type").GetString())
        {
            case "events" when message.GetProperty("after").GetString() != Cursor:
                Gaps++;
                break;
            case "events":
                foreach (var each in message.GetProperty("events").EnumerateArray())
                {
                    _events.Add(each.GetRawText());
                    if (each.GetProperty("type").GetString() is "RUN_FINISHED" or "RUN_ERROR") Ended++;
                }
                Cursor = message.GetProperty("cursor").GetString()!;
                Chain[Cursor] = _events.Count;
                break;
            case "snapshot":
                Snapshots++;
                BeforeSnapshot = _events.Count;
                Cursor = message.GetProperty("cursor").GetString()!;
                break;
        }
    }

    /// <summary>The type of each event, in order.</summary>
    public IReadOnlyList<string> Types => [.. _events.Select(each => JsonElement.Parse(each).GetProperty("type").GetString()!)];

    /// <summary>Reads until so many runs of the thread have ended.</summary>
    public async Task UntilEndedAsync(WireClient client, int runs = 1)
    {
        while (Ended < runs) See(await client.NextAsync());
    }
}
