using System.Buffers.Binary;
using System.Diagnostics.Metrics;
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

public sealed class ConnectionTests
{
    private const int Commands = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_commands_of_a_frame_are_carried_out_no_faster_than_their_answers_are_read()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new GatehouseMetrics(services.GetRequiredService<IMeterFactory>());
        await using var model = new ModelStore(TimeProvider.System);
        await model.AcceptAsync(new("thread", "message", "hello", "agent", "run", DateTimeOffset.UnixEpoch), "owner", default);
        var store = CountingStore.Of(model);
        var count = (CountingStore)(object)store;
        using var log = new MemoryConversationLog(TimeProvider.System, window: 100, TimeSpan.FromHours(1));
        var feeds = new ThreadFeeds(log, new(), TimeProvider.System, NullLogger<ThreadFeeds>.Instance);
        using var client = new ClientStream();
        using var socket = WebSocket.CreateFromStream(client, new() { IsServer = true });
        using var stop = new CancellationTokenSource();
        var writer = new ConnectionWriter(socket, metrics, TimeProvider.System, selfTest: true, NullLogger.Instance, stop.Token);
        var handler = new CommandHandler(writer, intake: null!, feeds, log, store, metrics, TimeProvider.System, selfTest: true, NullLogger.Instance);
        var serving = new Connection(socket, writer, handler, counted: null, TimeProvider.System)
            .RunAsync(new("connection", "instance", "1", HeartbeatMs: 20_000, ReconnectMs: 100, MaxFrameBytes: 65_536, "token"), stop.Token);
        await client.Sent.WaitAsync(Patience);          // and not read

        // Comes back when the server waits for something.
        client.Say(string.Join('\n', Enumerable.Repeat("""{"type":"subscribe","id":1,"threadId":"thread"}""", Commands)));

        Assert.InRange(count.Snapshots, 1, 16);
        client.Read();
        await count.All.WaitAsync(Patience);
        await stop.CancelAsync();
        await serving.WaitAsync(Patience);
    }

    /// <summary>A client at the other end of a stream; it reads nothing until it is told to, and then everything.</summary>
    private sealed class ClientStream : Stream
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Queue<byte> _said = [];
        private TaskCompletionSource? _more;

        public Task Sent => _sent.Task;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Read() => _read.SetResult();

        /// <summary>Sends a text frame, and does with it on this thread what the server does without waiting.</summary>
        public void Say(string text)
        {
            var payload = Encoding.UTF8.GetBytes(text);
            var header = new byte[8];
            (header[0], header[1]) = (0x81, 0x80 | 126);        // text, the last of its message; masked, by zeros
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)payload.Length);
            foreach (var each in (byte[])[.. header, .. payload]) _said.Enqueue(each);
            var more = _more;
            _more = null;
            more?.SetResult();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_said.Count == 0) await (_more = new()).Task.WaitAsync(cancellationToken);
            var length = Math.Min(buffer.Length, _said.Count);
            for (var i = 0; i < length; i++) buffer.Span[i] = _said.Dequeue();
            return length;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _sent.TrySetResult();
            await _read.Task.WaitAsync(cancellationToken);
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>Counts the snapshots that are asked for.</summary>
    public class CountingStore : DispatchProxy
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private object? _store;

        public int Snapshots { get; private set; }

        public Task All => _all.Task;

        internal static IStore Of(IStore store)
        {
            var proxy = Create<IStore, CountingStore>();
            ((CountingStore)(object)proxy)._store = store;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IStore.SnapshotAsync) && ++Snapshots == Commands) _all.TrySetResult();
            return targetMethod.Invoke(_store, args);
        }
    }
}
