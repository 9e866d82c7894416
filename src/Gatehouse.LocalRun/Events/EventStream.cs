using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Gatehouse.LocalRun.Events;

/// <summary>
/// All events in the order in which they happened. The last <see cref="Kept"/> are kept, so that who comes late still learns what was. Safe
/// to use from any thread.
/// </summary>
public sealed class EventStream
{
    /// <summary>How many events are kept for those who come later; fewer if what they say is very long.</summary>
    public const int Kept = 10_000;

    private const long KeptText = 16 * 1024 * 1024;            // characters: a talkative container must not fill the memory

    private readonly TimeProvider _clock;
    private readonly Action<CloudEvent>? _sink;
    private readonly Lock _gate = new();                        // guards the four below, and the order in which the sink is called
    private readonly Queue<CloudEvent> _kept = [];
    private readonly List<Channel<CloudEvent>> _readers = [];
    private long _keptText;
    private bool _isOver;

    internal EventStream(TimeProvider clock, Action<CloudEvent>? sink) => (_clock, _sink) = (clock, sink);

    /// <summary>What was kept, and then everything that happens until the cloud ends.</summary>
    public async IAsyncEnumerable<CloudEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Unbounded: a reader that is slow must not hold the cloud up, and a laptop's cloud is small.
        var channel = Channel.CreateUnbounded<CloudEvent>(new() { SingleReader = true });
        lock (_gate)
        {
            foreach (var one in _kept) channel.Writer.TryWrite(one);
            if (_isOver) channel.Writer.Complete();
            else _readers.Add(channel);
        }
        try
        {
            await foreach (var one in channel.Reader.ReadAllAsync(cancellationToken)) yield return one;
        }
        finally
        {
            lock (_gate) _readers.Remove(channel);
        }
    }

    /// <summary>The first event, of those that were kept or of those to come, that fits.</summary>
    /// <exception cref="InvalidOperationException">The cloud ended before.</exception>
    public async Task<T> FirstAsync<T>(Func<T, bool>? fits = null, CancellationToken cancellationToken = default) where T : CloudEvent
    {
        await foreach (var one in ReadAsync(cancellationToken))
            if (one is T wanted && (fits is null || fits(wanted))) return wanted;
        throw new InvalidOperationException($"The cloud ended without the {typeof(T).Name} that was waited for.");
    }

    /// <summary>What was kept so far.</summary>
    public IReadOnlyList<CloudEvent> Snapshot()
    {
        lock (_gate) return [.. _kept];
    }

    internal void Add(CloudEvent one)
    {
        lock (_gate)
        {
            one.At = _clock.GetUtcNow();
            _kept.Enqueue(one);
            _keptText += Length(one);
            while (_kept.Count > Kept || _keptText > KeptText) _keptText -= Length(_kept.Dequeue());
            foreach (var reader in _readers) reader.Writer.TryWrite(one);
            _sink?.Invoke(one);
        }
    }

    private static int Length(CloudEvent one) => one is LogWritten line ? line.Text.Length : 0;

    internal void Log(LogSeverity severity, string service, string? revision, string? instance, string text) =>
        Add(new LogWritten(severity, service, revision, instance, text));

    internal void Complete()
    {
        lock (_gate)
        {
            _isOver = true;
            foreach (var reader in _readers) reader.Writer.TryComplete();
        }
    }
}
