using System.Globalization;
using Gatehouse.Readiness;
using StackExchange.Redis;

namespace Worker;

/// <summary>
/// Redis does all that the worker asks of it: it has loaded its data, may be written to, keeps a value and its expiry, runs a script,
/// and carries a message. How long it has been up decides between the short and the long window.
/// </summary>
internal static class RedisNode
{
    private const string LengthOfValue = "return #redis.call('GET', KEYS[1])";
    private static readonly TimeSpan Expiry = TimeSpan.FromMinutes(1);

    public static async Task<CheckResult> RoundTripsAsync(NodeContext node, CancellationToken cancellationToken)
    {
        try
        {
            var client = await node.Services.GetRequiredService<RedisConnection>().ClientAsync(cancellationToken);
            var server = await ServerAsync(client, cancellationToken);
            if (server.Fault is { } fault) return fault;
            var key = (RedisKey)$"readiness:{Guid.NewGuid():N}";
            return await KeepsAsync(client.GetDatabase(), key, cancellationToken)
                ?? await CarriesAsync(client.GetSubscriber(), RedisChannel.Literal(key.ToString()), cancellationToken)
                ?? CheckResult.HealthyPeer(server.Uptime);
        }
        catch (RedisConnectionException broken)
        {
            // Its message is a page of the client's inner state; the inner one tells a wrong password from a server that is away.
            var failure = (broken.InnerException as RedisConnectionException ?? broken).FailureType.ToString();
            return CheckResult.Failed($"no connection to Redis: {failure}", failure);
        }
        catch (RedisServerException refusal)
        {
            // The server's own word comes first: NOAUTH, LOADING, READONLY, OOM.
            return CheckResult.Failed($"Redis refused: {refusal.Message}", refusal.Message.Split(' ')[0]);
        }
        catch (RedisTimeoutException)
        {
            return CheckResult.Failed("Redis is connected and does not answer", "timeout");
        }
    }

    public static async Task CloseAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await node.Services.GetRequiredService<RedisConnection>().DisposeAsync();
        node.Services.GetRequiredService<ILogger<RedisConnection>>().LogInformation("The connection to Redis is closed");
    }

    private static async Task<(CheckResult? Fault, TimeSpan Uptime)> ServerAsync(ConnectionMultiplexer client, CancellationToken cancellationToken)
    {
        var sections = await client.GetServers()[0].InfoAsync().WaitAsync(cancellationToken);
        var info = sections.SelectMany(section => section).ToLookup(line => line.Key, line => line.Value, StringComparer.Ordinal);
        if (info["loading"].FirstOrDefault() == "1") return (CheckResult.Failed("Redis is loading its data", "LOADING"), default);
        if (info["role"].FirstOrDefault() is { } role and not "master") return (CheckResult.Failed($"Redis is a {role}, which takes no writes", "READONLY"), default);
        return (null, TimeSpan.FromSeconds(double.Parse(info["uptime_in_seconds"].First(), CultureInfo.InvariantCulture)));
    }

    private static async Task<CheckResult?> KeepsAsync(IDatabase database, RedisKey key, CancellationToken cancellationToken)
    {
        await database.StringSetAsync(key, "kept", Expiry).WaitAsync(cancellationToken);
        var read = await database.StringGetWithExpiryAsync(key).WaitAsync(cancellationToken);
        if (read.Value != "kept") return CheckResult.Failed("Redis did not keep a value");
        if (read.Expiry is null || read.Expiry > Expiry) return CheckResult.Failed("Redis did not keep an expiry");
        var length = (int)await database.ScriptEvaluateAsync(LengthOfValue, [key]).WaitAsync(cancellationToken);
        if (length != "kept".Length) return CheckResult.Failed("a script in Redis did not see a value");
        await database.KeyDeleteAsync(key).WaitAsync(cancellationToken);
        return null;
    }

    private static async Task<CheckResult?> CarriesAsync(ISubscriber subscriber, RedisChannel channel, CancellationToken cancellationToken)
    {
        var echoes = await subscriber.SubscribeAsync(channel).WaitAsync(cancellationToken);
        try
        {
            await subscriber.PublishAsync(channel, "carried").WaitAsync(cancellationToken);
            var echo = await echoes.ReadAsync(cancellationToken);
            return echo.Message == "carried" ? null : CheckResult.Failed("Redis carried another message than was sent");
        }
        finally
        {
            await echoes.UnsubscribeAsync(CommandFlags.FireAndForget);
        }
    }
}
