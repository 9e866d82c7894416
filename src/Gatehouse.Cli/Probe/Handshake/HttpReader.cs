using System.Globalization;
using System.Text;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// Reads an HTTP/1 answer from a raw stream, with a bound on everything, and keeps what follows the head: after a 101 these are the first
/// frames. Bytes that begin no HTTP/1 answer are recognised for what they are as soon as they come, not when a time is over.
/// </summary>
internal sealed class HttpReader(Stream stream)
{
    private const int LongestHeadBytes = 32 * 1024;
    private readonly byte[] _buffer = new byte[4096];
    private int _start, _end;           // what has been read and not taken lies between
    private bool _hasAnswered;

    private static LayerException TooLong => LayerException.Malformed("the head of the answer is over 32 KiB");

    /// <summary>What has been read behind the head.</summary>
    public byte[] TakeRest()
    {
        var rest = _buffer[_start.._end];
        _start = _end;
        return rest;
    }

    public async Task<HttpHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            List<string> lines = [];
            var chars = 0;
            while (await ReadLineAsync(lines.Count is 0, cancellationToken) is { Length: > 0 } line)
            {
                lines.Add(line);
                if ((chars += line.Length) > LongestHeadBytes) throw TooLong;
            }
            if (lines.Count is 0) throw LayerException.Malformed("the answer begins with an empty line");
            var head = HttpHead.Parse(lines);
            if (head.Status is >= 200 or 101) return head;      // others say that more is to come
        }
    }

    /// <summary>The body, or as much of it as comes before the limit or the time is over.</summary>
    public async Task<string> ReadBodyAsync(HttpHead head, int limitBytes, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        try
        {
            if (head.Lists("Transfer-Encoding", "chunked")) await ReadChunksAsync(body, limitBytes, cancellationToken);
            else
            {
                var length = head.Status is 204 or 304 ? 0 : LengthOf(head) ?? limitBytes;
                await CopyAsync(body, (int)Math.Min(length, limitBytes), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or LayerException)
        {
            // The status has been read, and it is what counts; a body that breaks off is still an explanation.
        }
        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    private static long? LengthOf(HttpHead head) =>
        long.TryParse(head["Content-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;

    private async Task ReadChunksAsync(MemoryStream body, int limitBytes, CancellationToken cancellationToken)
    {
        while (body.Length < limitBytes)
        {
            var line = await ReadLineAsync(false, cancellationToken);
            if (!int.TryParse(line.Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size <= 0) return;
            await CopyAsync(body, Math.Min(size, limitBytes - (int)body.Length), cancellationToken);
            await ReadLineAsync(false, cancellationToken);
        }
    }

    private async Task CopyAsync(MemoryStream body, int count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            if (_start == _end && !await FillAsync(cancellationToken)) return;
            var taken = Math.Min(count, _end - _start);
            body.Write(_buffer, _start, taken);
            _start += taken;
            count -= taken;
        }
    }

    /// <summary>The next line without its end.</summary>
    private async Task<string> ReadLineAsync(bool isFirst, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (end >= 0)
            {
                line.Append(Encoding.Latin1.GetString(_buffer, _start, end));
                _start += end + 1;
                if (isFirst && line.ToString() is var whole && !whole.StartsWith("HTTP/", StringComparison.Ordinal))
                    throw LayerException.Malformed("what it answers is not HTTP");
                return line is [.., '\r'] ? line.ToString(0, line.Length - 1) : line.ToString();
            }
            if (line.Length > LongestHeadBytes) throw TooLong;
            if (isFirst && line.Length is 0) ForeignAnswer.Refuse(_buffer.AsSpan(_start, _end - _start));
            else TakeInto(line);
            if (await FillAsync(cancellationToken)) continue;
            throw !_hasAnswered
                ? new LayerException("closed", "the connection was closed without an answer")
                : LayerException.Malformed("the connection was closed in the middle of the answer");
        }
    }

    private void TakeInto(StringBuilder line)
    {
        line.Append(Encoding.Latin1.GetString(_buffer, _start, _end - _start));
        _start = _end;
    }

    /// <summary>False at the end of the stream.</summary>
    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length) throw TooLong;
        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        _hasAnswered |= count > 0;
        return count > 0;
    }
}
