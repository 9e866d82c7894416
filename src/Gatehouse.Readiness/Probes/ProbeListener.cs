using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Readiness;

/// <summary>
/// Serves the probes of a host that serves no HTTP: Kestrel alone, without a web host, routing or configuration around it.
/// <list type="bullet">
/// <item>It listens before any other hosted service starts, so that none that is slow to start can keep the probes silent.</item>
/// <item>It is closed after every other hosted service has stopped, so that the platform sees "not ready" to the end.</item>
/// <item>A client that sends half a request, or nothing, or never reads, costs one connection for a few seconds and delays nobody.</item>
/// </list>
/// </summary>
internal sealed partial class ProbeListener : IHostedLifecycleService, IDisposable
{
    // A prober sends a request line and a few headers; whoever needs longer, or more, is no prober.
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopTime = TimeSpan.FromMilliseconds(500);
    private const int MostConnections = 1000;
    private const int MostHeaderBytes = 16 * 1024;

    private readonly ProbeApplication _application;
    private readonly KestrelServer _server;
    private readonly ILogger _logger;

    public ProbeListener(Probes probes, IPEndPoint endpoint, IServiceProvider services, ILoggerFactory loggers)
    {
        _application = new(probes);
        _logger = loggers.CreateLogger("Gatehouse.Readiness");
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        _server = new(Options.Create(OptionsFor(endpoint, services)), transport, loggers);
    }

    /// <summary>Where it listens; empty until then.</summary>
    public string Address => _server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(_application, cancellationToken);
        LogListening(Address);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        // Real time on purpose: what may linger here are real sockets. When it is over, Kestrel aborts them.
        using var enough = new CancellationTokenSource(StopTime, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enough.Token);
        await _server.StopAsync(either.Token);
    }

    public void Dispose() => _server.Dispose();

    private static KestrelServerOptions OptionsFor(IPEndPoint endpoint, IServiceProvider services)
    {
        var options = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = MostConnections;
        options.Limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.RequestHeadersTimeout = RequestTime;
        options.Limits.KeepAliveTimeout = IdleTime;
        if (endpoint.Address.Equals(IPAddress.IPv6Any)) options.ListenAnyIP(endpoint.Port, OnlyHttp1);
        else options.Listen(endpoint, OnlyHttp1);
        return options;
    }

    private static void OnlyHttp1(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;

    [LoggerMessage(3010, LogLevel.Information, "The probes listen on {Address}")]
    private partial void LogListening(string address);
}
