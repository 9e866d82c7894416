namespace Gatehouse.Cli.Probe;

/// <summary>Recognises what is no HTTP/1 answer by its first bytes.</summary>
internal static class ForeignAnswer
{
    private const byte TlsAlert = 0x15;
    private const byte TlsHandshake = 0x16;
    private const int AlertNoApplicationProtocol = 120;
    private const int Http2FrameHeader = 9;

    /// <summary>Throws if these cannot be the beginning of an HTTP/1 answer.</summary>
    public static void Refuse(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [TlsAlert or TlsHandshake, 3, ..])
            throw new LayerException("tls expected", "the service answers with TLS: the address should begin with wss");
        if (IsHttp2(bytes)) throw Http2Only("it answers with frames of HTTP/2");
        var mayBecomeHttp2 = bytes is [0, ..] && bytes.Length < Http2FrameHeader;
        if (!mayBecomeHttp2 && !bytes.StartsWith("HTTP/"u8) && !"HTTP/"u8.StartsWith(bytes))
            throw LayerException.Malformed("what it answers is not HTTP");
    }

    /// <summary>Why a TLS handshake failed, if the first bytes from the other side tell; null if they do not.</summary>
    public static LayerException? OfTlsHandshake(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [] => null,
        // type, version, length 2, level, description
        [TlsAlert, 3, _, 0, 2, _, AlertNoApplicationProtocol] => Http2Only("it takes no connection for HTTP/1.1 (ALPN)"),
        [TlsAlert, 3, _, 0, 2, _, var description] => new("tls alert", $"the service refused the TLS handshake with alert {description}"),
        [TlsAlert or TlsHandshake or 0x14 or 0x17, 3, ..] => null,
        _ when bytes.StartsWith("HTTP/"u8) => new("not tls", "the service answers with plain HTTP: the address should begin with ws"),
        _ => new("not tls", "the service does not speak TLS on this port"),
    };

    public static LayerException Http2Only(string how) =>
        new("http2 only", $"the service speaks HTTP/2 only, a WebSocket upgrade needs HTTP/1.1: {how}");

    /// <summary>length 3, type 1 (SETTINGS or GOAWAY come first), flags 1, stream 4 (the connection itself).</summary>
    private static bool IsHttp2(ReadOnlySpan<byte> bytes) => bytes is [0, _, _, 4 or 7, _, 0, 0, 0, 0, ..];
}
