using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Reflection;
using System.Text;
using Gatehouse.Chat;
using Gatehouse.Log;
using Gatehouse.Operations;
using Gatehouse.Store;
using Gatehouse.Tests.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Chat;

public sealed class ConnectionWriterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("store")]
    [InlineData("log")]
    public async Task An_outage_while_it_reads_for_a_subscription_is_waited_for_and_the_connection_stays(string away)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new GatehouseMetrics(services.GetRequiredService<IMeterFactory>());
        await using var model = new ModelStore(TimeProvider.System);
        await model.AcceptAsync(new("thread", "message", "hello", "agent", "run", DateTimeOffset.UnixEpoch), "owner", default);
        var store = AwayAtFirst.Of(model, away == "log" ? new LogAwayException("away", new IOException()) : new StoreException(StoreFault.Away, "away"));
        using var log = new MemoryConversationLog(TimeProvider.System, window: 100, TimeSpan.FromHours(1));
        var feeds = new ThreadFeeds(log, new(), TimeProvider.System, NullLogger<ThreadFeeds>.Instance);
        var (client, server) = await SocketsAsync();
        var writer = new ConnectionWriter(server, metrics, TimeProvider.System, selfTest: true, NullLogger.Instance, default);
        using var subscription = new Subscription("thread", null, feeds, log, store, writer.Due) { Live = true };
        await subscription.LoadAsync(default);

        writer.Due(subscription);

        var buffer = new byte[64 * 1024];
        var received = await client.ReceiveAsync(buffer.AsMemory(), new CancellationTokenSource(Patience).Token);
        Assert.Contains("\"type\":\"snapshot\"", Encoding.UTF8.GetString(buffer, 0, received.Count), StringComparison.Ordinal);
        Assert.Equal(WebSocketState.Open, server.State);
        Assert.True(((AwayAtFirst)(object)store).Calls > AwayAtFirst.Failing, "The store was never away.");
        client.Dispose();
        server.Dispose();
    }

    [Theory]
    [InlineData(16, 10)]
    [InlineData(1, 256 * 1024)]
    public async Task Many_answers_or_a_long_one_that_wait_leave_no_room(int answers, int bytes)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var (client, server) = await SocketsAsync();
        var writer = new ConnectionWriter(
            server, new(services.GetRequiredService<IMeterFactory>()), TimeProvider.System, selfTest: true, NullLogger.Instance, default);
        // More than the sockets hold: the loop waits in a send, and what comes now waits behind it.
        var sending = new byte[16 * 1024 * 1024];
        writer.Send(sending);
        await writer.RoomAsync().WaitAsync(Patience);
        Assert.True(writer.RoomAsync().IsCompleted);

        for (var i = 0; i < answers; i++) writer.Send(new byte[bytes]);
        var room = writer.RoomAsync();

        Assert.False(room.IsCompleted);
        var buffer = new byte[64 * 1024];
        while (!room.IsCompleted) await client.ReceiveAsync(buffer.AsMemory(), new CancellationTokenSource(Patience).Token);
        client.Dispose();
        server.Dispose();
    }

    private static async Task<(WebSocket Client, WebSocket Server)> SocketsAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new TcpClient();
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        var far = await listener.AcceptTcpClientAsync();
        return (
            WebSocket.CreateFromStream(near.GetStream(), new() { IsServer = false }),
            WebSocket.CreateFromStream(far.GetStream(), new() { IsServer = true }));
    }

    /// <summary>A store that is away for the first two snapshots that are asked for.</summary>
    public class AwayAtFirst : DispatchProxy
    {
        public const int Failing = 2;

        private object? _store;
        private Exception? _away;

        public int Calls { get; private set; }

        internal static IStore Of(IStore store, Exception away)
        {
            var proxy = Create<IStore, AwayAtFirst>();
            ((AwayAtFirst)(object)proxy)._store = store;
            ((AwayAtFirst)(object)proxy)._away = away;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IStore.SnapshotAsync) && ++Calls <= Failing) return Task.FromException<ThreadSnapshot?>(_away!);
            return targetMethod.Invoke(_store, args);
        }
    }
}
