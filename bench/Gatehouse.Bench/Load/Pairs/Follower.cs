using System.Diagnostics;

namespace Gatehouse.Bench.Load.Pairs;

/// <summary>
/// A reader of one answer whose tokens are numbered. It keeps what its protocol gives it to come back with, and knows which tokens it has.
/// </summary>
internal sealed class Follower : IDisposable
{
    private readonly Wire _wire;
    private readonly string _threadId;
    private readonly int _tokens;
    private readonly Numbers _numbers;
    private readonly Place _place = new();
    private readonly HashSet<long> _has = [];       // guarded by itself
    private readonly TaskCompletionSource _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Peer? _peer;
    private long _heardAt = Stopwatch.GetTimestamp();

    public Follower(Wire wire, string threadId, int tokens)
    {
        (_wire, _threadId, _tokens) = (wire, threadId, tokens);
        _numbers = new(Add);
    }

    /// <summary>Its connection, or its last one.</summary>
    public Peer Peer => _peer ?? throw new InvalidOperationException("It has not come yet.");

    /// <summary>Completes when it has all tokens.</summary>
    public Task Whole => _whole.Task;

    public int Has
    {
        get { lock (_has) return _has.Count; }
    }

    /// <summary>Since its latest token.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Volatile.Read(ref _heardAt));

    /// <summary>Between a token and the next.</summary>
    public TimeSpan LongestSilence { get; private set; }

    /// <summary>Events with text that have come since it came last.</summary>
    public int Events { get; private set; }

    /// <summary>Called with each token that is new to it.</summary>
    public Action? Heard { get; set; }

    /// <summary>Connects and follows the thread, from where it was if it has been there before.</summary>
    public async Task ComeAsync(int port)
    {
        var again = _peer is not null;
        Events = 0;
        _peer = await Peer.ConnectAsync(_wire, port, source: 0, Take, again ? _place : null);
        await _peer.SendAsync(again ? _wire.JoinAgain(_threadId, _place) : _wire.Join(_threadId));
    }

    /// <summary>Is cut off.</summary>
    public void Leave() => _peer?.Dispose();

    public void Dispose() => Leave();

    private void Take(ReadOnlySpan<byte> message)
    {
        _wire.Note(message, _place);
        Events += message.Count("\"TEXT_MESSAGE_CONTENT\""u8);
        _numbers.Take(message);
    }

    private void Add(long number)
    {
        lock (_has)
        {
            if (!_has.Add(number)) return;
            if (_has.Count > 1 && Silence > LongestSilence) LongestSilence = Silence;
            Volatile.Write(ref _heardAt, Stopwatch.GetTimestamp());
            if (_has.Count == _tokens) _whole.TrySetResult();
        }
        Heard?.Invoke();
    }
}
