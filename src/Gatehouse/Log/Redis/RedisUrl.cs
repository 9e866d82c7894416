using System.Globalization;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>The URL form of an address: <c>rediss://user:pass%2Cword@redis.example:6380/2</c>.</summary>
internal static class RedisUrl
{
    private const int DefaultPort = 6379;

    public static bool IsOne(string text)
    {
        var end = text.IndexOf("://", StringComparison.Ordinal);
        return end >= 0 && text.AsSpan(0, end).IndexOfAny(',', '=') < 0;
    }

    /// <returns>What is wrong with it, without any part of it; null if nothing is.</returns>
    public static string? Read(string url, out ConfigurationOptions options)
    {
        options = new()
        {
            ConnectTimeout = RedisAddress.ConnectTimeoutMs,
            AsyncTimeout = RedisAddress.AnswerTimeoutMs,
            KeepAlive = RedisAddress.KeepAliveSeconds,
        };
        var scheme = url[..url.IndexOf("://", StringComparison.Ordinal)];
        if (scheme is not ("redis" or "rediss")) return "is a URL of another scheme than redis and rediss";
        options.Ssl = scheme == "rediss";

        // A password may hold anything, so the last @ ends it.
        var rest = url[(scheme.Length + 3)..];
        var at = rest.LastIndexOf('@');
        if (at >= 0 && ReadUser(rest[..at], options) is { } wrong) return wrong;
        rest = rest[(at + 1)..];
        if (rest.IndexOfAny(['?', '#']) >= 0) return "has a query or a fragment, which means nothing here";

        var slash = rest.IndexOf('/');
        if (slash >= 0 && slash + 1 < rest.Length)
        {
            if (!int.TryParse(rest.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var database))
                return "has a path that is not the number of a database";
            options.DefaultDatabase = database;
        }
        if (RedisAddress.ReadServer(slash >= 0 ? rest[..slash] : rest, DefaultPort) is not { } server) return "names no host and port that can be";
        options.EndPoints.Add(server);
        return null;
    }

    private static string? ReadUser(string user, ConfigurationOptions options)
    {
        var colon = user.IndexOf(':');
        if (colon < 0) return "has a user and no password; a password alone is written as :password@";
        if (colon > 0) options.User = Uri.UnescapeDataString(user[..colon]);
        options.Password = Uri.UnescapeDataString(user[(colon + 1)..]);
        return null;
    }
}
