using System.Net;
using System.Net.Sockets;
using Gatehouse.Cli.Probe;

namespace Gatehouse.Cli.Tests.Probe;

public sealed class DialerTests
{
    [Fact(Timeout = 30_000)]
    public async Task Address_that_refuses_is_passed_over_and_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (connection, note) = await DialAsync((IPEndPoint)listener.LocalEndpoint, IPAddress.IPv6Loopback, IPAddress.Loopback);
        using (connection) Assert.Equal(listener.LocalEndpoint, connection.Peer);
        Assert.StartsWith("after ::1: ", note);
    }

    [Fact(Timeout = 30_000)]
    public async Task Address_that_is_silent_holds_up_no_other()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        // A queue of the same port at another loopback address that is full: what comes is dropped.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), ((IPEndPoint)listener.LocalEndpoint).Port));
        silent.Listen(0);
        var waiting = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var each in waiting) _ = each.ConnectAsync(silent.LocalEndPoint!);
        var (connection, _) = await DialAsync((IPEndPoint)listener.LocalEndpoint, IPAddress.Parse("127.0.0.2"), IPAddress.Loopback);
        using (connection) Assert.Equal(listener.LocalEndpoint, connection.Peer);
        foreach (var each in waiting) each.Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task Where_all_fail_each_is_named()
    {
        var fault = await Assert.ThrowsAsync<LayerException>(() => DialAsync(new(IPAddress.Loopback, FreePort()), IPAddress.Loopback, IPAddress.Parse("127.0.0.2")));
        Assert.Equal("ConnectionRefused", fault.Signature);
        Assert.Equal("127.0.0.1: connection refused: nobody listens there; 127.0.0.2: connection refused: nobody listens there", fault.Message);
    }

    private static int FreePort() => Testing.Servers.FreePort.Next();

    private static Task<(Connection Connection, string? Note)> DialAsync(IPEndPoint port, params IPAddress[] addresses)
    {
        Assert.True(ProbeTarget.TryParse($"ws://127.0.0.1:{port.Port}", out var target));
        return new Dialer(new(target), TimeProvider.System).ConnectAsync(addresses, TestContext.Current.CancellationToken);
    }
}
