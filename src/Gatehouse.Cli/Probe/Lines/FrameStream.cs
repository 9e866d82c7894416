using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// What lies between the connection and the WebSocket after the 101: it gives out first what was read behind the head, and lets pings be
/// sent between the WebSocket's own frames (which the WebSocket writes whole), so that each ping's own pong can be waited for and timed.
/// </summary>
internal sealed class FrameStream : PassingStream
{
    private const int PayloadBytes = 8;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly FrameWatch _watch;
    private readonly Lock _gate = new();        // guards _number and _awaited
    private ReadOnlyMemory<byte> _rest;
    private long _number;
    private TaskCompletionSource? _awaited;

    public FrameStream(Stream inner, ReadOnlyMemory<byte> rest) : base(inner)
    {
        _rest = rest;
        _watch = new(SeePong);
    }

    /// <summary>Sends a ping; the task is done when its pong has come. One at a time.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long number;
        lock (_gate) (number, _awaited) = (++_number, awaited);
        await WriteAsync(Ping(number), cancellationToken);
        await awaited.Task.WaitAsync(cancellationToken);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = _rest.IsEmpty ? await Inner.ReadAsync(buffer, cancellationToken) : TakeRest(buffer);
        _watch.Pass(buffer.Span[..count]);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await Inner.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _writing.Dispose();
        base.Dispose(disposing);
    }

    private int TakeRest(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    private static byte[] Ping(long number)
    {
        // FIN and ping, MASK and length, mask, masked payload
        var frame = new byte[2 + 4 + PayloadBytes];
        (frame[0], frame[1]) = (0x89, 0x80 | PayloadBytes);
        RandomNumberGenerator.Fill(frame.AsSpan(2, 4));
        BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(6), number);
        for (var i = 0; i < PayloadBytes; i++) frame[6 + i] ^= frame[2 + i % 4];
        return frame;
    }

    /// <summary>Another pong than the awaited one is allowed (RFC 6455 §5.5.3) and answers nothing.</summary>
    private void SeePong(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (payload.Length is PayloadBytes && BinaryPrimitives.ReadInt64BigEndian(payload) == _number) _awaited?.TrySetResult();
        }
    }
}
