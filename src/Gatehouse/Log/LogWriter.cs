using System.Runtime.InteropServices;
using Gatehouse.Protocol;

namespace Gatehouse.Log;

/// <summary>What a <see cref="LogWriter"/> wants done next. One call at a time is under way.</summary>
internal abstract record LogCall
{
    public sealed record Begin(long Generation, Position Position) : LogCall;

    public sealed record Append(long Generation, Position Expected, LogEntry[] Entries, Position Checkpoint) : LogCall;
}

/// <summary>
/// The owner's end of a thread's log. A pure state machine: it seals events on the chain, so that their positions are known
/// before they are appended, and keeps all since the last checkpoint, so that a log that lost them gets them again.
/// </summary>
/// <remarks>
/// <code>
///   checkpoint ── acknowledged ── in flight ── sealed          (all on one chain; kept in _since)
/// </code>
/// A call whose answer is lost is made again unchanged: both operations recognise what has already happened. After
/// <see cref="LogVerdict.Diverged"/> the writer begins at the checkpoint. The log's head is then either on this chain, and
/// the writer goes on from there, or foreign, and the owner stops: whoever claims next rewinds.
/// </remarks>
internal sealed class LogWriter(long generation, Position checkpoint)
{
    private readonly List<LogEntry> _since = [];
    private Position _origin = checkpoint;      // the position before _since[0]
    private Position _checkpoint = checkpoint;
    private int _acknowledged;                  // of _since
    private LogCall? _call;
    private bool _begun;

    /// <summary>
    /// Set when nothing more is written: <see cref="LogVerdict.Fenced"/> if the log has refused this owner,
    /// <see cref="LogVerdict.Diverged"/> if its head cannot be continued.
    /// </summary>
    public LogVerdict? Stopped { get; private set; }

    /// <summary>Whether no call is under way.</summary>
    public bool Idle => _call is null;

    /// <summary>Whether the log has been taken and its head is known.</summary>
    public bool Begun => _begun;

    /// <summary>The position of the last sealed event.</summary>
    public Position Head => _since.Count > 0 ? _since[^1].Position : _origin;

    /// <summary>Whether everything that was sealed has been appended.</summary>
    public bool Drained => _begun && _acknowledged == _since.Count;

    /// <summary>Events since the last checkpoint.</summary>
    public int SinceCheckpoint => _since.Count;

    /// <summary>Bytes sealed and not yet appended.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>Puts an event on the chain. Allowed once <see cref="Begun"/>.</summary>
    public Position Seal(ReadOnlyMemory<byte> utf8, bool rewound = false)
    {
        var position = Head.Next(utf8.Span);
        _since.Add(new(position, utf8, rewound));
        PendingBytes += utf8.Length;
        return position;
    }

    /// <summary>Whether the event at <paramref name="position"/>, sealed here, has been appended.</summary>
    public bool IsAppended(Position position) =>
        _begun && position.Seq <= (_acknowledged > 0 ? _since[_acknowledged - 1].Position.Seq : _origin.Seq);

    /// <summary>The store has recorded <paramref name="position"/>: what lies before it will never be needed again.</summary>
    public void Checkpointed(Position position)
    {
        if (position.Seq <= _checkpoint.Seq) return;
        _checkpoint = position;
        var gone = (int)Math.Clamp(position.Seq - _origin.Seq, 0, _acknowledged);
        if (gone == 0) return;
        _origin = _since[gone - 1].Position;
        _since.RemoveRange(0, gone);
        _acknowledged -= gone;
    }

    /// <summary>The call to make now; null if one is under way or nothing is to do.</summary>
    public LogCall? Next()
    {
        if (Stopped is not null || _call is not null) return null;
        if (!_begun) return _call = new LogCall.Begin(generation, _checkpoint);
        if (_acknowledged == _since.Count) return null;
        var expected = _acknowledged > 0 ? _since[_acknowledged - 1].Position : _origin;
        var entries = CollectionsMarshal.AsSpan(_since)[_acknowledged..].ToArray();
        return _call = new LogCall.Append(generation, expected, entries, _checkpoint);
    }

    /// <summary>The answer to the call under way; null if it was lost, and the same call is to be made again.</summary>
    /// <returns>The call to make again, or null.</returns>
    public LogCall? Answered(LogAnswer? answer)
    {
        if (answer is not { } known) return _call;
        var call = _call;
        _call = null;
        if (known.Verdict is LogVerdict.Fenced) Stopped = LogVerdict.Fenced;
        else if (known.Verdict is LogVerdict.Diverged) _begun = false;
        else if (call is LogCall.Append append) Acknowledge(append);
        else Take(known.Head);
        return null;
    }

    private void Acknowledge(LogCall.Append append)
    {
        _acknowledged += append.Entries.Length;
        foreach (var entry in append.Entries) PendingBytes -= entry.Utf8.Length;
    }

    // The first Begin accepts any head: what a predecessor wrote. A later one must find the log on this chain.
    private void Take(Position head)
    {
        if (_since.Count == 0 && _origin == _checkpoint)
        {
            _origin = head;
            _begun = true;
            return;
        }
        var index = head == _origin ? 0 : IndexAfter(head);
        if (index < 0)
        {
            Stopped = LogVerdict.Diverged;
            return;
        }
        _begun = true;
        _acknowledged = index;
        PendingBytes = 0;
        for (var i = index; i < _since.Count; i++) PendingBytes += _since[i].Utf8.Length;
    }

    private int IndexAfter(Position head)
    {
        for (var i = 0; i < _since.Count; i++)
            if (_since[i].Position == head) return i + 1;
        return -1;
    }
}
