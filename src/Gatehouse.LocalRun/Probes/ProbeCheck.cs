using System.Net;
using System.Net.Sockets;

namespace Gatehouse.LocalRun.Probes;

/// <summary>One attempt of a probe against an instance.</summary>
internal static class ProbeCheck
{
    // A poll of a socket and no period of the platform's, so that it is in real time.
    private static readonly TimeSpan TcpPause = TimeSpan.FromMilliseconds(20);

    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.Zero,       // each attempt is a connection of its own
    });

    public static async Task<ProbeOutcome> TryAsync(ProbeSettings probe, int port, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(probe.Timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return probe.Way switch
            {
                ProbeWay.Tcp => await ConnectAsync(port, both.Token),
                ProbeWay.Grpc => await GrpcHealth.CheckAsync(Http, port, probe.Service, both.Token),
                _ => await GetAsync(probe, port, both.Token),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeOutcome.TooLate;
        }
        catch (HttpRequestException exception)
        {
            return ProbeOutcome.NotConnected(exception.HttpRequestError is HttpRequestError.ConnectionError ? "connection refused" : exception.Message);
        }
    }

    /// <summary>A refusal is not the end: it goes on until the time is over. (Seen: the default probe's failure was logged 241 s after the start.)</summary>
    private static async Task<ProbeOutcome> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return ProbeOutcome.Success;
            }
            catch (SocketException)
            {
                await Task.Delay(TcpPause, TimeProvider.System, cancellationToken);
            }
        }
    }

    private static async Task<ProbeOutcome> GetAsync(ProbeSettings probe, int port, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}{(probe.Path.StartsWith('/') ? "" : "/")}{probe.Path}");
        foreach (var header in probe.Headers) request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var answer = await Http.SendAsync(request, cancellationToken);
        var status = (int)answer.StatusCode;
        return status is >= 200 and < 400 ? ProbeOutcome.Success : ProbeOutcome.Wrong($"the answer was {status}");
    }
}
