using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Bench.Load;

/// <summary>A connection that asks for probes, one after the other, and the requests that wait for their turn on it.</summary>
internal sealed class ProbeLine : IDisposable
{
    private readonly Dictionary<string, byte[]> _requests = [];
    private readonly Queue<int> _waiting = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _length;
    private int? _asked;

    public ProbeLine(int port) => Socket.Connect(IPAddress.Loopback, port);

    public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>The request that is to be sent now; null if there is none, or one is not answered yet.</summary>
    public int? Next => _asked is null && _waiting.TryPeek(out var request) ? request : null;

    /// <summary>Whether the next request has not had to wait for the answer to another.</summary>
    public bool IsFresh { get; private set; } = true;

    public void Add(int request)
    {
        IsFresh = _asked is null && _waiting.Count == 0;
        _waiting.Enqueue(request);
    }

    public void Send(string path)
    {
        _asked = _waiting.Dequeue();
        if (!_requests.TryGetValue(path, out var bytes))
            _requests[path] = bytes = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Socket.Send(bytes);
    }

    /// <summary>Takes in what has come.</summary>
    /// <returns>True if the answer is complete.</returns>
    /// <exception cref="IOException">It is not 200, or the server has closed the connection.</exception>
    public bool Receive()
    {
        var received = Socket.Receive(_buffer.AsSpan(_length));
        if (received == 0) throw new IOException("The server closed a connection.");
        _length += received;
        var answer = _buffer.AsSpan(0, _length);
        if (!IsWhole(answer)) return false;
        if (!answer.StartsWith("HTTP/1.1 200"u8)) throw new IOException($"A probe said {Encoding.ASCII.GetString(answer)}");
        _length = 0;
        return true;
    }

    /// <returns>The request that was answered.</returns>
    public int Answered()
    {
        var request = _asked ?? throw new InvalidOperationException("Nothing was asked.");
        _asked = null;
        return request;
    }

    public void Dispose() => Socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var at = answer[..end].IndexOf("Content-Length: "u8);
        if (at < 0) return answer.EndsWith("\r\n0\r\n\r\n"u8);      // in chunks
        _ = System.Buffers.Text.Utf8Parser.TryParse(answer[(at + 16)..], out int body, out _);
        return answer.Length == end + 4 + body;
    }
}
