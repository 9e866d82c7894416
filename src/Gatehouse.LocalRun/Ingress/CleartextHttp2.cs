using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Gatehouse.LocalRun.Ingress;

/// <summary>
/// Lets one port without TLS speak both HTTP/1.1 and HTTP/2 (h2c with prior knowledge). Without TLS nothing is negotiated, so that Kestrel takes
/// every connection of such a port for HTTP/1.1. But a connection of HTTP/2 begins with words of its own (RFC 9113 §3.4), <c>PRI * HTTP/2.0</c>:
/// they are looked at, not taken, and the connection goes the way of an endpoint that speaks only HTTP/2.
/// </summary>
internal sealed class CleartextHttp2
{
    private ConnectionDelegate? _http2;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0"u8;

    /// <summary>Middleware of the endpoint that speaks only HTTP/2 and is bound first: what comes behind it is what is wanted.</summary>
    public ConnectionDelegate Learn(ConnectionDelegate next) => _http2 = next;

    /// <summary>Middleware of the endpoint that speaks HTTP/1.1.</summary>
    public ConnectionDelegate Choose(ConnectionDelegate http1) => async connection =>
        await (await IsHttp2Async(connection) && _http2 is { } http2 ? http2 : http1)(connection);

    private static async Task<bool> IsHttp2Async(ConnectionContext connection)
    {
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync(connection.ConnectionClosed);
            var isHttp2 = Begins(read.Buffer);
            var isKnown = isHttp2 is not null || read.IsCompleted || read.IsCanceled;
            // Examined to the end while more is needed; untouched when it is Kestrel's turn.
            connection.Transport.Input.AdvanceTo(read.Buffer.Start, isKnown ? read.Buffer.Start : read.Buffer.End);
            if (isKnown) return isHttp2 is true;
        }
    }

    /// <returns>Null as long as it may still become either.</returns>
    private static bool? Begins(ReadOnlySequence<byte> buffer)
    {
        var length = (int)Math.Min(buffer.Length, Preface.Length);
        Span<byte> start = stackalloc byte[Preface.Length];
        buffer.Slice(0, length).CopyTo(start);
        if (!start[..length].SequenceEqual(Preface[..length])) return false;
        return length == Preface.Length ? true : null;
    }
}
