using System.Text;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>What is wrong with settings that Npgsql has taken one by one. Names and numbers are said, texts never.</summary>
internal static class PostgresSettingsCheck
{
    private const int LongestCallSeconds = 600;
    private const int SmallestBuffer = 4096;        // Npgsql's, which it looks at only when it connects

    public static IEnumerable<string> Mistakes(NpgsqlConnectionStringBuilder settings) =>
        [.. Names(settings), .. Numbers(settings), .. Line(settings), .. Kinds(settings)];

    private static IEnumerable<string> Names(NpgsqlConnectionStringBuilder settings)
    {
        if (string.IsNullOrWhiteSpace(settings.Host)) yield return $"names no host; it must be like {PostgresAddress.Example}.";
        else if (!PostgresNames.AreHosts(settings.Host)) yield return CannotBe("host");
        if (settings.Username is { } user && !PostgresNames.IsUser(user)) yield return CannotBe("user");
        if (settings.Database is { } database && !PostgresNames.IsDatabase(database)) yield return CannotBe("database");
        foreach (var (what, path) in ((string, string?)[])
            [("root certificate", settings.RootCertificate), ("SSL certificate", settings.SslCertificate), ("SSL key", settings.SslKey)])
            if (path is not null && !PostgresNames.IsPath(path)) yield return CannotBe(what);
    }

    private static IEnumerable<string> Numbers(NpgsqlConnectionStringBuilder settings)
    {
        if (settings.Port > ushort.MaxValue) yield return $"has a Port of {settings.Port}; it must be 1 to {ushort.MaxValue}.";
        if (settings.CommandTimeout is < 1 or > LongestCallSeconds)
            yield return $"has a Command Timeout of {settings.CommandTimeout} s; it must be 1 to {LongestCallSeconds}.";
        if (settings.Timeout is < 1 or > LongestCallSeconds)
            yield return $"has a Timeout of {settings.Timeout} s; it must be 1 to {LongestCallSeconds}.";
        if (settings.MaxPoolSize < 1) yield return $"has a Maximum Pool Size of {settings.MaxPoolSize}; it must be at least 1.";
        else if (settings.MaxPoolSize < settings.MinPoolSize)
            yield return $"has a Minimum Pool Size of {settings.MinPoolSize}; it must be at most Maximum Pool Size, {settings.MaxPoolSize}.";
        if (settings.ReadBufferSize < SmallestBuffer)
            yield return $"has a Read Buffer Size of {settings.ReadBufferSize}; it must be at least {SmallestBuffer}.";
        if (settings.WriteBufferSize < SmallestBuffer)
            yield return $"has a Write Buffer Size of {settings.WriteBufferSize}; it must be at least {SmallestBuffer}.";
    }

    private static IEnumerable<string> Line(NpgsqlConnectionStringBuilder settings)
    {
        if (settings.SocketReceiveBufferSize < 0) yield return $"has a Socket Receive Buffer Size of {settings.SocketReceiveBufferSize}; it must be at least 0.";
        if (settings.SocketSendBufferSize < 0) yield return $"has a Socket Send Buffer Size of {settings.SocketSendBufferSize}; it must be at least 0.";
        if (settings.TcpKeepAliveInterval > 0 && settings.TcpKeepAliveTime == 0)
            yield return $"has a Tcp Keepalive Interval of {settings.TcpKeepAliveInterval} s without a Tcp Keepalive Time.";
    }

    private static IEnumerable<string> Kinds(NpgsqlConnectionStringBuilder settings)
    {
        if (settings.Multiplexing) yield return "has Multiplexing, which cannot be used.";
        if (settings.TargetSessionAttributes is not null and not ("any" or "primary" or "read-write"))
            yield return "has Target Session Attributes other than primary: the store writes.";
        if (!IsEncoding(settings.Encoding)) yield return "has an Encoding that there is not; leave it out.";
    }

    private static string CannotBe(string what) =>
        $"names a {what} that cannot be one; it must be like {PostgresAddress.Example}. Settings are separated by ; and by nothing else.";

    private static bool IsEncoding(string name)
    {
        if (name == "UTF8") return true;        // as Npgsql and PostgreSQL call it, and .NET does not
        try
        {
            _ = Encoding.GetEncoding(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
