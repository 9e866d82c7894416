using System.Buffers.Binary;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// Finds the pongs among the frames that a server sends. It looks at headers only; whether the frames are right is the WebSocket's to judge.
/// <code>
///  byte 0      byte 1                then                      then
///  FIN·opcode  MASK·length (7 bits)  length 16 bits if 126     mask, 4 bytes, if MASK
///                                    length 64 bits if 127     payload
/// </code>
/// (RFC 6455 §5.2). Reads end anywhere, so that what is left over from one is kept for the next.
/// </summary>
internal sealed class FrameWatch(Action<ReadOnlySpan<byte>> onPong)
{
    private const int Pong = 0xA;
    private const int LongestControlPayload = 125;
    private readonly byte[] _header = new byte[14];
    private readonly byte[] _payload = new byte[LongestControlPayload];
    private int _headerLength, _payloadLength;
    private ulong _remaining;       // of the payload

    public void Pass(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = _remaining > 0 ? PassPayload(bytes) : PassHeader(bytes);
    }

    private bool IsPong => (_header[0] & 0x0F) is Pong;

    private ReadOnlySpan<byte> PassHeader(ReadOnlySpan<byte> bytes)
    {
        _header[_headerLength++] = bytes[0];
        if (_headerLength >= 2 && _headerLength == HeaderSize()) Begin();
        return bytes[1..];
    }

    private ReadOnlySpan<byte> PassPayload(ReadOnlySpan<byte> bytes)
    {
        var part = bytes[..(int)Math.Min(_remaining, (ulong)bytes.Length)];
        if (IsPong && _payloadLength + part.Length <= LongestControlPayload)
        {
            part.CopyTo(_payload.AsSpan(_payloadLength));
            _payloadLength += part.Length;
        }
        _remaining -= (ulong)part.Length;
        if (_remaining is 0) End();
        return bytes[part.Length..];
    }

    private int HeaderSize() => 2 + ((_header[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 }) + ((_header[1] & 0x80) is 0 ? 0 : 4);

    private void Begin()
    {
        var length = _header[1] & 0x7F;
        _remaining = length switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            127 => BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(2)),
            _ => (ulong)length,
        };
        if (_remaining is 0) End();
    }

    private void End()
    {
        if (IsPong) onPong(_payload.AsSpan(0, _payloadLength));
        _headerLength = _payloadLength = 0;
    }
}
