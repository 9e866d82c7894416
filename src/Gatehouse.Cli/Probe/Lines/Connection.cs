using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Cli.Probe;

/// <summary>A TCP connection, encrypted or not, before anything is asked over it.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket;

    public Connection(Socket socket)
    {
        _socket = socket;
        Peer = (IPEndPoint)socket.RemoteEndPoint!;
        Stream = new NetworkStream(socket, ownsSocket: true);
    }

    public IPEndPoint Peer { get; }

    public Stream Stream { get; private set; }

    /// <summary>Encrypts it. What is to be said about that is returned.</summary>
    public async Task<string?> SecureAsync(ProbeSettings settings, CancellationToken cancellationToken)
    {
        (Stream, var note) = await new TlsHandshake(settings.Target, settings.Handshake).RunAsync(Stream, cancellationToken);
        return note;
    }

    /// <summary>Ends it as a broken line does: by a reset.</summary>
    public void Cut()
    {
        try
        {
            _socket.LingerState = new(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is broken already.
        }
        Dispose();
    }

    public void Dispose() => Stream.Dispose();
}
