using System.Buffers;
using System.Net.WebSockets;

namespace Gatehouse.Chat;

/// <summary>
/// Fills frames. A message that is alone in its frame is sent from where it lies, shared with everybody else who is sent it;
/// several are joined with <c>\n</c>. Used by one loop; holds a buffer only between <see cref="AddAsync"/> and <see cref="Release"/>.
/// </summary>
internal sealed class OutgoingFrame(WebSocket socket, CancellationToken aborted)
{
    private const int FrameBytes = 64 * 1024;

    private ReadOnlyMemory<byte> _single;       // the only message so far
    private byte[]? _buffer;
    private int _length;

    public async ValueTask AddAsync(ReadOnlyMemory<byte> message)
    {
        if (_length + _single.Length + message.Length + 2 > FrameBytes) await FlushAsync();
        if (_length == 0 && _single.IsEmpty)
        {
            _single = message;
            return;
        }
        if (!_single.IsEmpty) Copy(_single);
        _single = default;
        Copy(message);
    }

    public ValueTask FlushAsync()
    {
        var frame = _single.IsEmpty ? _buffer.AsMemory(0, _length) : _single;
        _single = default;
        _length = 0;
        return frame.IsEmpty ? default : socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, aborted);
    }

    public void Release()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    private void Copy(ReadOnlyMemory<byte> message)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(FrameBytes);
        if (_length > 0) _buffer[_length++] = (byte)'\n';
        message.Span.CopyTo(_buffer.AsSpan(_length));
        _length += message.Length;
    }
}
