using System.Text;
using System.Text.Json;

namespace Gatehouse.Consistency.Clients;

/// <summary>
/// What one reader has of a thread: the messages that its events and snapshots add up to. Everything that must hold while it
/// reads is checked here: the chain of positions, one end for each run, and the text at each end. Written by its reader alone;
/// only <see cref="HasAsync"/> may be asked meanwhile.
/// </summary>
internal sealed class View(string name, string threadId, Violations violations)
{
    private readonly Lock _gate = new();        // guards what HasAsync looks at
    private readonly List<ViewMessage> _messages = [];
    private readonly List<JsonElement> _pages = [];
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _atEnd = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);     // next; guarded by _gate
    private long? _heardAt;                     // of a run that has not ended

    public string Name => name;

    public string ThreadId => threadId;

    public string? Cursor { get; private set; }

    public IReadOnlyList<ViewMessage> Messages => _messages;

    /// <summary>For each run whose end was seen as an event: the text that had been answered then.</summary>
    public IReadOnlyDictionary<string, string> AtEnd => _atEnd;

    /// <summary>The longest time between two events of one run, whatever happened meanwhile.</summary>
    public TimeSpan LongestPause { get; private set; }

    public int Events { get; private set; }

    public int Snapshots { get; private set; }

    /// <summary>Waits until the last message is that of the store, and as many came before it, or the time is up.</summary>
    public async Task HasAsync(StoredThread stored, CancellationToken timeUp)
    {
        while (!timeUp.IsCancellationRequested)
        {
            Task changed;
            lock (_gate)
            {
                if (_messages.Count == stored.Messages.Count && _messages is [.., var last] && last.Content == stored.Messages[^1].Content) return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(timeUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Applies a frame of events.</summary>
    /// <returns>False if it does not follow on, and the reader has to subscribe again.</returns>
    public bool Apply(JsonElement frame)
    {
        if (frame.GetProperty("after").GetString() != Cursor) return false;
        NotePause();
        var at = Chain.Parse(Cursor!);
        foreach (var each in frame.GetProperty("events").EnumerateArray())
        {
            at = at.Next(Encoding.UTF8.GetBytes(each.GetRawText()));
            lock (_gate)
            {
                Fold(each);
                ChangedLocked();
            }
            Events++;
        }
        Cursor = frame.GetProperty("cursor").GetString();
        violations.Unless(Cursor == at.ToString(), $"{name}: the events lead to {at}, and the frame says {Cursor}");
        return true;
    }

    /// <summary>Takes a page of a snapshot; the last one replaces everything.</summary>
    public void Replace(JsonElement page)
    {
        _pages.Add(page);
        if (page.TryGetProperty("more", out var more) && more.GetBoolean()) return;
        lock (_gate)
        {
            _messages.Clear();
            foreach (var message in _pages.SelectMany(each => each.GetProperty("messages").EnumerateArray()))
                _messages.Add(new(Text(message, "id")!, Text(message, "role")!, Text(message, "content")));
            ChangedLocked();
        }
        _pages.Clear();
        Cursor = Text(page, "cursor");
        Snapshots++;
    }

    private void ChangedLocked()
    {
        _changed.SetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void NotePause()
    {
        var now = TimeProvider.System.GetTimestamp();
        if (_heardAt is { } before && TimeProvider.System.GetElapsedTime(before, now) is var pause && pause > LongestPause) LongestPause = pause;
        _heardAt = now;
    }

    private void Fold(JsonElement each)
    {
        switch (Text(each, "type"))
        {
            case "TEXT_MESSAGE_START":
                Open(Text(each, "messageId")!, Text(each, "role") ?? "assistant");
                break;
            case "TEXT_MESSAGE_CONTENT":
                Open(Text(each, "messageId")!, "assistant").Add(Text(each, "delta")!);
                break;
            case "TOOL_CALL_START":
                Open(Text(each, "parentMessageId")!, "assistant");
                break;
            case "TOOL_CALL_RESULT":
                Open(Text(each, "messageId")!, "tool").Add(Text(each, "content")!);
                break;
            case "RUN_FINISHED" or "RUN_ERROR":
                End(each);
                break;
            case "CUSTOM" when Text(each, "name") == "gatehouse.rewound":
                violations.Add($"{name}: went through a take-over at {Cursor} instead of being given a snapshot");
                break;
        }
    }

    private void End(JsonElement each)
    {
        _heardAt = null;
        // RUN_ERROR names no run; the parrot never fails.
        if (Text(each, "runId") is not { } runId)
        {
            violations.Add($"{name}: a run failed: {each.GetRawText()}");
            return;
        }
        violations.Unless(_ended.Add(runId), $"{name}: run {runId} ended twice");
        _atEnd[runId] = _messages.LastOrDefault(message => message.Role == "assistant")?.Content ?? "";
    }

    private ViewMessage Open(string id, string role)
    {
        var message = _messages.FindLast(each => each.Id == id);
        if (message is null) _messages.Add(message = new(id, role, null));
        return message;
    }

    private static string? Text(JsonElement element, string field) => element.TryGetProperty(field, out var value) ? value.GetString() : null;
}

/// <summary>A message as it is being put together.</summary>
internal sealed class ViewMessage(string id, string role, string? content)
{
    private readonly StringBuilder _content = new(content);

    public string Id => id;

    public string Role => role;

    public string Content => _content.ToString();

    public void Add(string delta) => _content.Append(delta);
}
