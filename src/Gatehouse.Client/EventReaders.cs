using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Gatehouse.Client;

/// <summary>Hands every event to every reader. A reader that is <see cref="Capacity"/> events behind is ended with an error, the others go on.</summary>
internal sealed class EventReaders
{
    private const int Capacity = 4096;
    private readonly Lock _gate = new();                            // guards _readers
    private readonly List<ChannelWriter<ClientEvent>> _readers = [];

    public void Write(ClientEvent @event)
    {
        lock (_gate)
        {
            for (var i = _readers.Count - 1; i >= 0; i--)
            {
                if (_readers[i].TryWrite(@event)) continue;
                _readers[i].TryComplete(new GatehouseException(new Failure(
                    GatehouseException.FellBehind, $"the reader was {Capacity} events behind: read the threads and begin again")));
                _readers.RemoveAt(i);
            }
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            foreach (var reader in _readers) reader.TryComplete();
            _readers.Clear();
        }
    }

    /// <summary>Events from now on, not from the first read on.</summary>
    public IAsyncEnumerable<ClientEvent> Open(CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<ClientEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
        lock (_gate) _readers.Add(channel.Writer);
        return ReadAsync(channel, cancellationToken);
    }

    private async IAsyncEnumerable<ClientEvent> ReadAsync(Channel<ClientEvent> channel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var @event in channel.Reader.ReadAllAsync(cancellationToken)) yield return @event;
        }
        finally
        {
            lock (_gate) _readers.Remove(channel.Writer);
        }
    }
}
