using System.Globalization;

namespace Gatehouse.Log.Redis;

/// <summary>What a server says about itself: the answer to <c>INFO</c>.</summary>
/// <param name="RunId">Another one after every start.</param>
/// <param name="Primary">Where a replica's primary is.</param>
/// <param name="MayEvict">Whether it drops keys when its memory is full, instead of refusing writes.</param>
internal sealed record RedisInfo(bool IsLoading, bool IsReplica, string? Primary, string RunId, TimeSpan Uptime, bool MayEvict, string EvictionPolicy)
{
    /// <summary>
    /// Reads lines such as <c>uptime_in_seconds:86400</c>, between others that begin with <c>#</c>. What is left out counts as good:
    /// hosted servers hide what they like.
    /// </summary>
    public static RedisInfo Read(string text)
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (line.IndexOf(':') is > 0 and var colon) lines[line[..colon]] = line[(colon + 1)..];
        var policy = lines.GetValueOrDefault("maxmemory_policy", "noeviction");
        return new(
            lines.GetValueOrDefault("loading") is "1",
            lines.GetValueOrDefault("role") is "slave" or "replica",
            lines.TryGetValue("master_host", out var host) ? $"{host}:{lines.GetValueOrDefault("master_port")}" : null,
            lines.GetValueOrDefault("run_id", ""),
            TimeSpan.FromSeconds(Number(lines, "uptime_in_seconds")),
            policy != "noeviction" && Number(lines, "maxmemory") > 0,
            policy);
    }

    private static double Number(Dictionary<string, string> lines, string name) =>
        double.TryParse(lines.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
