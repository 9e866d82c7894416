using System.Collections.Concurrent;
using Gatehouse.Protocol;

namespace Gatehouse.Log;

/// <summary>The log of the embedded mode: a <see cref="ThreadLog"/> per thread, in this process.</summary>
/// <remarks>
/// A thread's lock covers its log and the publishing to its followers, so that they see appends in order. A follower therefore
/// must not call back into the log. A log goes a while after its last append; whoever needs it later is served from the store.
/// </remarks>
internal sealed class MemoryConversationLog : IConversationLog, IDisposable
{
    private readonly ConcurrentDictionary<string, Slot> _threads = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly int _window;
    private readonly TimeSpan _keep;
    private readonly ITimer _sweeper;

    /// <param name="clock">Measures how long a log has been quiet.</param>
    /// <param name="window">Events kept per thread, unless the last checkpoint is older.</param>
    /// <param name="keep">How long after its last append a log goes.</param>
    public MemoryConversationLog(TimeProvider clock, int window, TimeSpan keep)
    {
        _clock = clock;
        _window = window;
        _keep = keep;
        _sweeper = clock.CreateTimer(_ => Sweep(), null, keep / 4, keep / 4);
    }

    public ValueTask<LogAnswer> BeginAsync(string threadId, long generation, Position position, CancellationToken cancellationToken)
    {
        while (true)
        {
            var slot = Rent(threadId);
            lock (slot)
            {
                if (slot.Gone) continue;
                slot.LastUse = _clock.GetTimestamp();
                slot.Log ??= new(_window);
                return new(slot.Log.Begin(generation, position));
            }
        }
    }

    public ValueTask<LogAnswer> AppendAsync(string threadId, LogCall.Append append, CancellationToken cancellationToken)
    {
        if (!_threads.TryGetValue(threadId, out var slot)) return new(new LogAnswer(LogVerdict.Diverged, Position.Start));
        lock (slot)
        {
            if (slot.Log is not { } log) return new(new LogAnswer(LogVerdict.Diverged, Position.Start));
            slot.LastUse = _clock.GetTimestamp();
            var before = log.Head;
            var answer = log.Append(append.Generation, append.Expected, append.Entries, append.Checkpoint);
            if (answer.Verdict is LogVerdict.Done && before != answer.Head)
                foreach (var follower in slot.Followers) follower.Published(append.Expected, append.Entries);
            return new(answer);
        }
    }

    public ValueTask<LogSlice> ReadAsync(string threadId, Position after, int limit, CancellationToken cancellationToken)
    {
        if (!_threads.TryGetValue(threadId, out var slot)) return new(LogSlice.None);
        lock (slot) return new(slot.Log?.Read(after, limit) ?? LogSlice.None);
    }

    public ValueTask KeepAsync(IReadOnlyCollection<string> threadIds, CancellationToken cancellationToken)
    {
        foreach (var threadId in threadIds)
            if (_threads.TryGetValue(threadId, out var slot))
                lock (slot) slot.LastUse = _clock.GetTimestamp();
        return default;
    }

    public IDisposable Follow(string threadId, Action<Position, IReadOnlyList<LogEntry>> published, Action missed)
    {
        while (true)
        {
            var slot = Rent(threadId);
            lock (slot)
            {
                if (slot.Gone) continue;
                var follower = new Follower(slot, published);
                slot.Followers.Add(follower);
                return follower;
            }
        }
    }

    public void Dispose() => _sweeper.Dispose();

    private Slot Rent(string threadId) => _threads.GetOrAdd(threadId, static _ => new());

    private void Sweep()
    {
        foreach (var (threadId, slot) in _threads)
            lock (slot)
            {
                if (_clock.GetElapsedTime(slot.LastUse) < _keep) continue;
                slot.Log = null;
                if (slot.Followers.Count > 0) continue;
                slot.Gone = true;
                _threads.TryRemove(threadId, out _);
            }
    }

    private sealed class Slot
    {
        public readonly List<Follower> Followers = [];
        public ThreadLog? Log;
        public long LastUse;
        public bool Gone;       // removed from the dictionary
    }

    private sealed class Follower(Slot slot, Action<Position, IReadOnlyList<LogEntry>> published) : IDisposable
    {
        public Action<Position, IReadOnlyList<LogEntry>> Published { get; } = published;

        public void Dispose()
        {
            lock (slot) slot.Followers.Remove(this);
        }
    }
}
