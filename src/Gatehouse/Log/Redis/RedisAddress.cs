using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>Where Redis is and how to reach it, checked. Its text form leaves the password out.</summary>
internal sealed class RedisAddress
{
    private const string Right = "it must be host:port[,host:port…][,password=…][,ssl=true][,option=value…], "
        + "or redis://[[user]:password@]host[:port][/database], with rediss:// for TLS";

    internal const int ConnectTimeoutMs = 3_000;
    internal const int AnswerTimeoutMs = 2_000;
    internal const int KeepAliveSeconds = 10;       // some servers, and what lies before them, close who is idle for half a minute

    private readonly ConfigurationOptions _options;

    private RedisAddress(ConfigurationOptions options) => _options = options;

    /// <summary>The number of the database; 0 unless said otherwise.</summary>
    public int Database => _options.DefaultDatabase ?? 0;

    public bool IsTls => _options.Ssl;

    public string? User => _options.User;

    public string? Password => _options.Password;

    public IReadOnlyList<EndPoint> Servers => _options.EndPoints;

    /// <summary>Reads <c>ConnectionStrings:Redis</c>: a configuration string of StackExchange.Redis, or a URL.</summary>
    /// <param name="key">The key of the configuration that holds <paramref name="text"/>, for the errors.</param>
    /// <param name="errors">Gets a line if it cannot be used. None shows a part of <paramref name="text"/> that may be a password.</param>
    /// <returns>Null if it cannot be used.</returns>
    public static RedisAddress? Parse(string key, string text, List<string> errors)
    {
        ConfigurationOptions options;
        var wrong = RedisUrl.IsOne(text) ? RedisUrl.Read(text.Trim(), out options) : RedisOptionList.Read(text, out options);
        if (wrong is null) return new(options);
        errors.Add($"{key} {wrong}; {Right}.");
        return null;
    }

    /// <summary>Options for a connection, which the caller may change.</summary>
    public ConfigurationOptions Options()
    {
        var options = _options.Clone();
        options.AllowAdmin = true;                          // the client counts INFO among an administrator's commands
        options.BacklogPolicy = BacklogPolicy.FailFast;     // a call that cannot be sent fails now; whoever wants it makes it again
        options.TieBreaker = options.ConfigurationChannel = "";
        options.IncludeDetailInExceptions = false;
        return options;
    }

    public override string ToString() =>
        $"{string.Join(", ", Servers.Select(NameOf))}{(IsTls ? " with TLS" : "")}{(Database == 0 ? "" : $", database {Database}")}";

    /// <summary>Whom a server's certificate must be for.</summary>
    public string TlsHost(EndPoint server) =>
        _options.SslHost ?? (server is DnsEndPoint named ? named.Host : ((IPEndPoint)server).Address.ToString());

    /// <summary>A server's name, as an operator writes it.</summary>
    public static string NameOf(EndPoint? server) => server switch
    {
        DnsEndPoint named => string.Create(CultureInfo.InvariantCulture, $"{named.Host}:{named.Port}"),
        null => "an unknown server",
        _ => server.ToString()!,
    };

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[v6]:port</c>. Null if it is neither.</summary>
    internal static EndPoint? ReadServer(string text, int defaultPort)
    {
        var colon = text.EndsWith(']') ? -1 : text.LastIndexOf(':');
        var port = defaultPort;
        if (colon >= 0 && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)) return null;
        if (port is < 1 or > 65535) return null;
        var host = colon < 0 ? text : text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':')) return null;
        if (IPAddress.TryParse(host, out var address)) return new IPEndPoint(address, port);
        return Uri.CheckHostName(host) is UriHostNameType.Dns ? new DnsEndPoint(host, port) : null;
    }
}
