using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protocol;

namespace Gatehouse.Cli.Probe;

/// <summary>The events of a thread after one position, as a chain: how many, and a digest of them, however many there are.</summary>
internal sealed class Tail(string position) : IDisposable
{
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The position after which it begins.</summary>
    public string From { get; } = position;

    /// <summary>The position that it has reached.</summary>
    public string Cursor { get; private set; } = position;

    public int Count { get; private set; }

    /// <summary>Adds what follows. Throws if it does not follow: <c>after</c> has to equal the cursor.</summary>
    public void Add(EventsMessage events)
    {
        if (events is not { Cursor: { } cursor, Events: { } items }) throw new LayerException("not the protocol", "events without a cursor");
        if (events.After != Cursor) throw new LayerException("wrong cursor", "events that do not follow the last position: 'after' is not the cursor");
        foreach (var item in items) _digest.AppendData(Encoding.UTF8.GetBytes(item.GetRawText() + "\n"));
        Count += items.Count;
        Cursor = cursor;
    }

    /// <summary>Whether both have led to the same position by the same events.</summary>
    public bool IsSameAs(Tail other) =>
        Cursor == other.Cursor && Count == other.Count && _digest.GetCurrentHash().AsSpan().SequenceEqual(other._digest.GetCurrentHash());

    public void Dispose() => _digest.Dispose();
}
