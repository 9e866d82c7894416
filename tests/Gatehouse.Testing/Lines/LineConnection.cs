using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Testing.Lines;

/// <summary>One connection on a <see cref="FaultyLine"/>: two pumps that ask the line before they pass anything on.</summary>
internal sealed class LineConnection(FaultyLine line, Socket client) : IDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private long _allowance = long.MaxValue;        // bytes that may still come from the server

    /// <summary>Resets it when so many more bytes have come from the server.</summary>
    public void Cut(int afterBytes)
    {
        Interlocked.Exchange(ref _allowance, afterBytes);
        if (afterBytes == 0) _cut.Cancel();
    }

    public async Task RunAsync(int target, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_cut.Token, stopping);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await line.PassableAsync(fromServer: false, ended.Token);
            await server.ConnectAsync(IPAddress.Loopback, target, ended.Token);
            var up = PassAsync(client, server, fromServer: false, ended.Token);
            var down = PassAsync(server, client, fromServer: true, ended.Token);
            await Task.WhenAny(up, down);
            await line.EndsAreToldAsync(ended.Token);
            await ended.CancelAsync();
            await Task.WhenAll(up, down);
        }
        catch (Exception broken) when (broken is SocketException or OperationCanceledException)
        {
            // Lines break; this one is for that.
        }
        client.LingerState = new(enable: true, seconds: 0);     // a reset, not an orderly end
        if (server.Connected) server.LingerState = new(enable: true, seconds: 0);
    }

    public void Dispose()
    {
        client.Dispose();
        _cut.Dispose();
    }

    private async Task PassAsync(Socket from, Socket to, bool fromServer, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var count = await from.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (count == 0) return;
                await line.PassableAsync(fromServer, cancellationToken);
                if (fromServer) count = (int)Math.Min(count, Math.Max(0, Interlocked.Add(ref _allowance, -count) + count));
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellationToken);
                if (fromServer && Interlocked.Read(ref _allowance) <= 0) return;
            }
        }
        catch (Exception broken) when (broken is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is cut too.
        }
    }
}
