using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// Opens connections to the target. All its addresses are tried, IPv6 and IPv4 in turn, the next one when the one before has failed or has
/// not answered for a quarter of a second (RFC 8305); the first that answers is taken.
/// </summary>
internal sealed class Dialer(ProbeSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>A connection to the first address that takes one, not encrypted yet, and which other addresses did not.</summary>
    public async Task<(Connection Connection, string? Note)> ConnectAsync(IReadOnlyList<IPAddress> addresses, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Attempt> failed = [];
        List<Task<Attempt>> trying = [];
        var next = new Queue<IPAddress>(InTurn(addresses));
        try
        {
            while (next.Count > 0 || trying.Count > 0)
            {
                if (next.TryDequeue(out var address)) trying.Add(TryAsync(address, over.Token));
                var first = Task.WhenAny(trying);
                if (next.Count > 0 && await Task.WhenAny(first, Task.Delay(HeadStart, clock, over.Token)) != first) continue;
                var ended = await await first.WaitAsync(cancellationToken);
                trying.RemoveAll(attempt => attempt.IsCompleted && attempt.Result == ended);
                if (ended.Socket is { } socket) return (new(socket), failed.Count is 0 ? null : $"after {Describe(failed)}");
                failed.Add(ended);
            }
        }
        finally
        {
            await over.CancelAsync();
            // They never throw. One that has connected in this very moment is let go.
            foreach (var attempt in await Task.WhenAll(trying)) attempt.Socket?.Dispose();
        }
        throw new LayerException(LayerFaults.Explain(failed[0].Fault!).Signature, Describe(failed));
    }

    /// <summary>A connection to this address, encrypted if the target is.</summary>
    public async Task<Connection> OpenAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var (connection, _) = await ConnectAsync([address], cancellationToken);
        try
        {
            if (settings.Target.IsSecure) await connection.SecureAsync(settings, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async Task<Attempt> TryAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, settings.Target.Port, cancellationToken);
            return new(address, socket, null);
        }
        catch (Exception exception)
        {
            // Any of them may fail: it is the others that matter then.
            socket.Dispose();
            return new(address, null, exception);
        }
    }

    /// <summary>One of each family, beginning with that of the first.</summary>
    private static IEnumerable<IPAddress> InTurn(IReadOnlyList<IPAddress> addresses)
    {
        var first = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).ToList();
        var other = addresses.Where(address => address.AddressFamily != addresses[0].AddressFamily).ToList();
        for (var i = 0; i < Math.Max(first.Count, other.Count); i++)
        {
            if (i < first.Count) yield return first[i];
            if (i < other.Count) yield return other[i];
        }
    }

    private static string Describe(List<Attempt> failed) =>
        string.Join("; ", failed.Select(attempt => $"{attempt.Address}: {LayerFaults.Explain(attempt.Fault!).Message}"));

    private sealed record Attempt(IPAddress Address, Socket? Socket, Exception? Fault);
}
