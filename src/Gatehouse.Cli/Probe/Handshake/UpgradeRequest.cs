using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Cli.Probe;

/// <summary>The request of one WebSocket handshake (RFC 6455 §4.1), and the answer that it has to get.</summary>
internal sealed class UpgradeRequest
{
    private readonly ProbeSettings _settings;
    private readonly string? _resumeToken;
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    /// <param name="offered">The subprotocols that the client speaks.</param>
    /// <param name="resumeToken">That of an earlier welcome; null if there was none.</param>
    public UpgradeRequest(ProbeSettings settings, IReadOnlyList<string> offered, string? resumeToken)
    {
        (_settings, Offered, _resumeToken) = (settings, offered, resumeToken);
    }

    public IReadOnlyList<string> Offered { get; }

    public byte[] ToBytes()
    {
        var target = _settings.Target.PathAndQuery;
        if (_resumeToken is { } token) target += $"{(target.Contains('?') ? '&' : '?')}resume={Uri.EscapeDataString(token)}";
        var request = new RequestHead(target, _settings);
        request.Add("Upgrade", "websocket");
        request.Add("Connection", "Upgrade");
        request.Add("Sec-WebSocket-Key", _key);
        request.Add("Sec-WebSocket-Version", "13");
        if (Offered.Count > 0) request.Add("Sec-WebSocket-Protocol", string.Join(", ", Offered));
        if (_settings.Handshake.Origin is { } origin) request.Add("Origin", origin);
        return request.ToBytes();
    }

    /// <summary>Throws if a 101 is not the one that this request has to get.</summary>
    public void Check(HttpHead head)
    {
        if (!head.IsHttp11) throw LayerException.Malformed("101 is answered by HTTP/1.0");
        if (!head.Lists("Upgrade", "websocket")) throw new LayerException("no upgrade header", "the answer 101 does not say Upgrade: websocket");
        if (!head.Lists("Connection", "Upgrade")) throw new LayerException("no upgrade header", "the answer 101 does not say Connection: Upgrade");
        if (head["Sec-WebSocket-Accept"] is not { } accept) throw new LayerException("accept key", "the answer 101 has no Sec-WebSocket-Accept");
        if (accept != AcceptKey())
            throw new LayerException("accept key", "Sec-WebSocket-Accept is not the answer to this request's key: it may be another's, or a cache's");
        if (head["Sec-WebSocket-Extensions"] is { Length: > 0 })
            throw new LayerException("unasked extension", "the service uses an extension that was not offered");
        if (head["Sec-WebSocket-Protocol"] is { Length: > 0 } chosen && !Offered.Contains(chosen))
            throw new LayerException("unasked subprotocol", "the service chose a subprotocol that was not offered");
    }

    private string AcceptKey() =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(_key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}

/// <summary>A GET with what every request of the probe carries.</summary>
internal sealed class RequestHead
{
    private readonly StringBuilder _text = new();

    public RequestHead(string pathAndQuery, ProbeSettings settings)
    {
        _text.Append($"GET {pathAndQuery} HTTP/1.1\r\n");
        var headers = settings.Handshake.Headers;
        if (!Has("Host")) Add("Host", settings.Target.Authority);
        if (!Has("User-Agent")) Add("User-Agent", "gatehouse-probe");
        if (settings.Target.UserInfo.Length > 0 && !Has("Authorization")) Add("Authorization", $"Basic {Secrets.BasicCredentials(settings.Target)}");
        foreach (var (name, value) in headers) Add(name, value);

        bool Has(string name) => headers.Any(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    public void Add(string name, string value) => _text.Append($"{name}: {value}\r\n");

    public byte[] ToBytes() => Encoding.Latin1.GetBytes($"{_text}\r\n");
}
