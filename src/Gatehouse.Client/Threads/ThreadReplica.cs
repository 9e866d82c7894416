using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>
/// One thread as this client has it: a pure fold of its events, kept exact by one rule: events are applied if and only if
/// they begin at the replica's own cursor (docs/protocol.md §4). Not thread-safe; its owner serialises the calls.
/// </summary>
public sealed class ThreadReplica(string threadId)
{
    private readonly ThreadFold _fold = new();
    private readonly List<SnapshotMessage> _pages = [];     // of a snapshot whose last page has not come

    public string ThreadId => threadId;

    /// <summary>The position of what has been applied; null while the client has none, or has given it up.</summary>
    public string? Cursor { get; private set; }

    /// <summary>The run that is active at <see cref="Cursor"/>, or null.</summary>
    public string? ActiveRunId => _fold.ActiveRunId;

    /// <summary>The state at <see cref="Cursor"/>.</summary>
    public ThreadView View() => _fold.View(threadId, Cursor);

    /// <summary>Applies <paramref name="message"/> if it begins at <see cref="Cursor"/>; otherwise changes nothing and returns false.</summary>
    public bool TryApply(EventsMessage message)
    {
        if (Cursor is null || message.After != Cursor) return false;
        foreach (var @event in message.Events) _fold.Apply(@event);
        Cursor = message.Cursor;
        return true;
    }

    /// <summary>Takes one page. True if it was the last: then the snapshot has replaced everything.</summary>
    public bool TryApply(SnapshotMessage page)
    {
        if (_pages.Count > 0 && _pages[0].Cursor != page.Cursor) _pages.Clear();
        _pages.Add(page);
        if (page.More is true) return false;
        _fold.Replace(_pages);
        _pages.Clear();
        Cursor = page.Cursor;
        return true;
    }

    /// <summary>Begins at a cursor that the server has named. Only for a replica without one.</summary>
    public void BeginAt(string cursor) => Cursor ??= cursor;

    /// <summary>Gives the cursor up, so that the next subscription gets a snapshot. What was applied stays readable.</summary>
    public void ForgetCursor() => Cursor = null;

    /// <summary>Forgets the pages of an unfinished snapshot: the rest will not come.</summary>
    public void ForgetPages() => _pages.Clear();

    /// <summary>Whether the run that <paramref name="messageId"/> started is over as far as this replica goes.</summary>
    public bool HasEnded(string runId, string messageId) => _fold.HasMessage(messageId) && !_fold.IsOpen(runId);
}
