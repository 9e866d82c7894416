using System.Globalization;
using System.Net.WebSockets;
using Gatehouse.Client;

namespace Gatehouse.Cli.Demo;

/// <summary>Twenty people who open the chat of a service of the local Cloud Run.</summary>
internal sealed class Browsers(string service, int port)
{
    public const int Count = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private readonly Uri _address = new(string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{port}/ws"));
    private readonly string _host = string.Create(CultureInfo.InvariantCulture, $"{service}.localhost:{port}");

    /// <summary>Each asks for a WebSocket once.</summary>
    /// <returns>The statuses with which they were answered; 0 where there was no answer.</returns>
    public Task<int[]> KnockAsync(CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, Count).Select(_ => UpgradeAsync(cancellationToken)));

    /// <summary>Each connects, as our client does.</summary>
    public IReadOnlyList<GatehouseClient> Clients() =>
        [.. Enumerable.Range(0, Count).Select(_ => new GatehouseClient(_address, new() { ConnectTimeout = Patience, Configure = ToService }))];

    private async Task<int> UpgradeAsync(CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        ToService(socket.Options);
        try
        {
            await socket.ConnectAsync(_address, cancellationToken);
        }
        catch (WebSocketException)
        {
            // The status tells it.
        }
        return (int)socket.HttpStatusCode;
    }

    // The name *.localhost is not known to every resolver.
    private void ToService(ClientWebSocketOptions options) => options.SetRequestHeader("Host", _host);
}
