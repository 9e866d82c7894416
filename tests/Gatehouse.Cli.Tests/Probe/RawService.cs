using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Gatehouse.Cli.Tests.Probe;

/// <summary>A service on raw TCP, with TLS if it is given how: the test writes every byte of it.</summary>
internal sealed class RawService : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _calls = [];        // the accepting task's alone until it has ended
    private readonly Func<RawCall, Task> _serve;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly Task _accepting;

    private RawService(Func<RawCall, Task> serve, SslServerAuthenticationOptions? tls)
    {
        (_serve, _tls) = (serve, tls);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public static RawService Start(Func<RawCall, Task> serve, SslServerAuthenticationOptions? tls = null) => new(serve, tls);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_calls);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _calls.Add(ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (_tls is not null)
            {
                var secure = new SslStream(stream);
                stream = secure;
                await secure.AuthenticateAsServerAsync(_tls, _stopping.Token);
            }
            await _serve(new(stream, socket, _stopping.Token));
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // The prober has seen enough, or the test is over.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }
}
