using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gatehouse.Cli.Tests.Probe;

/// <summary>The service's end of one connection.</summary>
internal sealed class RawCall(Stream stream, Socket socket, CancellationToken stopping)
{
    private string _head = "";

    public CancellationToken Stopping => stopping;

    public string Path => _head.Split(' ')[1];

    /// <summary>Reads the request's head.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n"))
        {
            await stream.ReadExactlyAsync(one, stopping);
            head.Append((char)one[0]);
        }
        return _head = head.ToString();
    }

    public string? Header(string name) =>
        _head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public Task WriteAsync(byte[] bytes) => stream.WriteAsync(bytes, stopping).AsTask();

    /// <summary>Writes it in pieces of random length.</summary>
    public async Task DribbleAsync(string text, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var start = 0; start < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 40), bytes.Length - start);
            await WriteAsync(bytes[start..(start + length)]);
            await Task.Yield();
            start += length;
        }
    }

    /// <summary>A whole answer with a body.</summary>
    public Task AnswerAsync(int status, string body = "", params string[] headers) =>
        WriteAsync($"HTTP/1.1 {status} Told So\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n{body}");

    /// <summary>The lines of a right 101; the caller may change them.</summary>
    public List<string> Switching() =>
    [
        "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", $"Sec-WebSocket-Accept: {AcceptKey}",
    ];

    public string AcceptKey =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(Header("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    /// <summary>A right 101, with the first offered subprotocol.</summary>
    public Task AcceptAsync()
    {
        var lines = Switching();
        if (Header("Sec-WebSocket-Protocol") is { } offered) lines.Add($"Sec-WebSocket-Protocol: {offered.Split(',')[0]}");
        return WriteAsync(string.Join("\r\n", lines) + "\r\n\r\n");
    }

    public Task SendTextAsync(string text) => SendFrameAsync(1, Encoding.UTF8.GetBytes(text));

    public Task SendFrameAsync(int opcode, byte[] payload)
    {
        List<byte> frame = [(byte)(0x80 | opcode)];
        if (payload.Length < 126) frame.Add((byte)payload.Length);
        else
        {
            frame.Add(126);
            var length = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            frame.AddRange(length);
        }
        frame.AddRange(payload);
        return WriteAsync([.. frame]);
    }

    public Task SendCloseAsync(int code, string reason = "")
    {
        var payload = new byte[2 + reason.Length];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.ASCII.GetBytes(reason, payload.AsSpan(2));
        return SendFrameAsync(8, payload);
    }

    /// <summary>The next frame of the prober, unmasked.</summary>
    public async Task<(int Opcode, byte[] Payload)> ReceiveFrameAsync()
    {
        var start = new byte[2];
        await stream.ReadExactlyAsync(start, stopping);
        Assert.True((start[1] & 0x80) != 0, "a client's frame has to be masked");
        var length = start[1] & 0x7F;
        if (length is 126)
        {
            var extended = new byte[2];
            await stream.ReadExactlyAsync(extended, stopping);
            length = BinaryPrimitives.ReadUInt16BigEndian(extended);
        }
        var mask = new byte[4];
        await stream.ReadExactlyAsync(mask, stopping);
        var payload = new byte[length];
        await stream.ReadExactlyAsync(payload, stopping);
        for (var i = 0; i < length; i++) payload[i] ^= mask[i % 4];
        return (start[0] & 0x0F, payload);
    }

    public static JsonObject Json(byte[] payload) => JsonNode.Parse(payload)!.AsObject();

    /// <summary>Resets the connection.</summary>
    public void Cut()
    {
        socket.LingerState = new(enable: true, seconds: 0);
        socket.Close();
    }

    /// <summary>Says nothing until the test is over.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, stopping);
}
