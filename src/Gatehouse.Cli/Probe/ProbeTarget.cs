using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gatehouse.Client;

namespace Gatehouse.Cli.Probe;

/// <summary>The address that is probed.</summary>
internal sealed record ProbeTarget
{
    private const string DefaultPath = "/ws";
    private readonly Uri _address;

    private ProbeTarget(Uri address) => _address = address;

    public bool IsSecure => _address.Scheme is "wss";

    /// <summary>The name or address, without the brackets of IPv6.</summary>
    public string Host => _address.IdnHost.Trim('[', ']');

    public int Port => _address.Port;

    /// <summary>Path and query, as they go into the request.</summary>
    public string PathAndQuery => _address.PathAndQuery;

    /// <summary>The query without its question mark; empty if there is none.</summary>
    public string Query => _address.Query.TrimStart('?');

    /// <summary>User and password, as written; empty if there are none.</summary>
    public string UserInfo => _address.UserInfo;

    /// <summary>Host and port, as they go into <c>Host</c>; the port only where it is not the scheme's own.</summary>
    public string Authority
    {
        get
        {
            var host = _address.HostNameType is UriHostNameType.IPv6 ? $"[{Host}]" : Host;
            return _address.IsDefaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{Port}");
        }
    }

    /// <summary>
    /// Accepts <c>ws</c>, <c>wss</c>, <c>http</c> and <c>https</c> addresses and a bare <c>host:port</c>. Without a path it is <c>/ws</c>; a
    /// path that is written, <c>/</c> too, is taken as it is.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ProbeTarget? target)
    {
        target = null;
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"ws://{text}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri)) return false;
        var scheme = uri.Scheme switch { "ws" or "http" => "ws", "wss" or "https" => "wss", _ => null };
        if (scheme is null || uri.Port is 0 || !ServerAddress.TryParse(text, out _)) return false;      // which also tells what was mistyped
        var rest = full.AsSpan(full.IndexOf("://", StringComparison.Ordinal) + 3);
        var end = rest.IndexOfAny("/?#");
        var hasPath = end >= 0 && rest[end] is '/';
        target = new(new UriBuilder(uri)
        {
            Scheme = scheme,
            Port = uri.IsDefaultPort ? -1 : uri.Port,
            Path = hasPath ? uri.AbsolutePath : DefaultPath,
            Fragment = "",
        }.Uri);
        return true;
    }

    /// <summary>Without user, password and query: fit to be shown.</summary>
    public override string ToString() => $"{_address.Scheme}://{Authority}{_address.AbsolutePath}";
}
