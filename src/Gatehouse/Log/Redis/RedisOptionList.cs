using System.Globalization;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>
/// The other form of an address, the client's own: servers, then options, separated by commas. The client reads it leniently: a
/// server that cannot be is dropped, and what follows a comma in a password becomes a server or an option. So it is looked at first.
/// </summary>
internal static class RedisOptionList
{
    private const string BehindPassword = "has something behind the password that is no option, or has no value that can be; "
        + "a password with a comma is written in a URL, as %2C";
    private const string Any = "any";       // options want a server beside them
    private const int DefaultPort = 6379;
    private const int DefaultTlsPort = 6380;
    private const int LongestMs = 30_000;
    private const int LongestSeconds = 3_600;
    private const int MostRetries = 100;

    /// <returns>What is wrong with it, without any part of it that may be a password; null if nothing is.</returns>
    public static string? Read(string text, out ConfigurationOptions options)
    {
        options = new();
        var (servers, list) = (new List<string>(), new List<string> { Any });
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (i, part) in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Index())
        {
            var afterPassword = names.Contains("password");
            var equals = part.IndexOf('=');
            if (equals < 0 && afterPassword) return BehindPassword;
            if (equals < 0) servers.Add(part);
            else if (Refusal(names, part[..equals].TrimEnd(), part, place: i + 1) is { } wrong) return afterPassword ? BehindPassword : wrong;
            else list.Add(part);
        }
        if (servers.Count == 0) return "names no server";
        options = ConfigurationOptions.Parse(string.Join(',', list));
        options.EndPoints.Clear();
        foreach (var server in servers)
        {
            var read = RedisAddress.ReadServer(server, options.Ssl ? DefaultTlsPort : DefaultPort);
            if (read is null) return "names a server that cannot be";
            if (!options.EndPoints.TryAdd(read)) return "names a server twice";
        }
        if (!names.Contains("keepAlive")) options.KeepAlive = RedisAddress.KeepAliveSeconds;
        if (!names.Contains("connectTimeout")) options.ConnectTimeout = RedisAddress.ConnectTimeoutMs;
        if (!names.Contains("asyncTimeout"))
            options.AsyncTimeout = names.Contains("syncTimeout") ? options.SyncTimeout : RedisAddress.AnswerTimeoutMs;
        return null;
    }

    private static string? Refusal(HashSet<string> names, string name, string part, int place)
    {
        names.Add(name);
        if (name.Length == 0) return "has an option without a name";
        if (name.StartsWith('$')) return "renames a command, and scripts know commands by their own names";
        switch (name.ToLowerInvariant())
        {
            case "channelprefix": return "has the option channelPrefix, and scripts name their channels themselves";
            case "proxy": return "has the option proxy, and no proxy of commands passes scripts and what they publish on";
            case "servicename": return "has the option serviceName, and Sentinel is not supported; name the endpoint that follows the primary";
        }
        try
        {
            return Excess(name, ConfigurationOptions.Parse($"{Any},{part}"));
        }
        catch (Exception refused) when (refused is ArgumentException or FormatException or OverflowException)
        {
            return RedisOptionNames.MayBeShown(name)
                ? $"has the option {name}, which is unknown or has a value that cannot be"
                : string.Create(CultureInfo.InvariantCulture, $"has something in place {place} between its commas that is neither a server nor an option that is known");
        }
    }

    private static string? Excess(string name, ConfigurationOptions one) => one switch
    {
        { ConnectTimeout: < 1 or > LongestMs } or { AsyncTimeout: < 1 or > LongestMs } => $"has the option {name}, which must be 1 to {LongestMs} ms",
        { KeepAlive: < 0 or > LongestSeconds } => $"has the option {name}, which must be 0 to {LongestSeconds} s",
        { ConfigCheckSeconds: < 1 or > LongestSeconds } => $"has the option {name}, which must be 1 to {LongestSeconds} s",
        { ConnectRetry: < 1 or > MostRetries } => $"has the option {name}, which must be 1 to {MostRetries}",
        { DefaultDatabase: < 0 } => $"has the option {name}, which must be the number of a database, 0 or more",
        _ => null,
    };
}
