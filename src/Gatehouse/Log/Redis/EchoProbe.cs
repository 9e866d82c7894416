using System.Collections.Concurrent;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>
/// Proves that a subscription connection hears. It looks healthy for ever when it is not: attached to a server that has left the
/// others, or through a line that has gone silent, it receives nothing, which is what a quiet one receives, too. So this instance
/// says something to itself, through the connection for commands, and expects to hear it.
/// </summary>
internal sealed class EchoProbe(
    SubscriptionLine line, RedisConnection connection, RedisNames names, Instance instance, RedisTimings timings, TimeProvider clock)
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource> _awaited = new();
    private readonly Dictionary<RedisChannel, Task> _listening = [];    // guarded by itself
    private long _last;

    /// <summary>Sends one echo through every node.</summary>
    /// <returns>Why nothing is heard: the connection is dead, or the server refuses the subscription; null if all is.</returns>
    /// <exception cref="RedisException">The echo could not be sent, which says nothing about the subscriptions.</exception>
    /// <exception cref="RedisTimeoutException">Likewise.</exception>
    public async Task<RedisFault?> ProbeAsync(CancellationToken cancellationToken)
    {
        var client = await connection.ClientAsync(cancellationToken);
        Task<RedisFault?>[] probes =
            [.. RedisNodes.Probes(client, names, instance).Select(probe => ProbeAsync(client, names.Echo(probe), cancellationToken))];
        await ((Task)Task.WhenAll(probes)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return probes.FirstOrDefault(probe => probe is { IsCompletedSuccessfully: true, Result: not null }) is { } dead
            ? dead.Result
            : (await Task.WhenAll(probes))[0];
    }

    private async Task<RedisFault?> ProbeAsync(ConnectionMultiplexer client, RedisChannel channel, CancellationToken cancellationToken)
    {
        var refusal = await TryListenAsync(channel, cancellationToken);
        var nonce = Interlocked.Increment(ref _last);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited[nonce] = heard;
        try
        {
            var listeners = await client.GetSubscriber().PublishAsync(channel, nonce).WaitAsync(cancellationToken);
            if (refusal is not null) return refusal;
            if (listeners == 0) return RedisFault.Unheard("the server knows nothing of the subscription");
            await heard.Task.WaitAsync(timings.EchoWithin, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return heard.Task.IsCompleted
                ? null
                : RedisFault.Unheard(FormattableString.Invariant($"no echo within {timings.EchoWithin.TotalSeconds:0.###} s"));
        }
        finally
        {
            _awaited.TryRemove(nonce, out _);
        }
    }

    // Subscribed once for each node; tried again the next time where it failed.
    private async Task<RedisFault?> TryListenAsync(RedisChannel channel, CancellationToken cancellationToken)
    {
        Task listening;
        lock (_listening)
        {
            if (!_listening.TryGetValue(channel, out listening!) || listening.IsFaulted)
                _listening[channel] = listening = ListenAsync(channel);
        }
        try
        {
            await listening.WaitAsync(cancellationToken);
            return null;
        }
        catch (RedisServerException refused)
        {
            return RedisFault.Unheard(RedisFault.Of(refused));
        }
        catch (Exception broken) when (RedisFault.IsTheWorlds(broken))
        {
            return RedisFault.Unheard($"it cannot be subscribed to: {RedisFault.Of(broken).Reason}");
        }
    }

    private async Task ListenAsync(RedisChannel channel)
    {
        var queue = await line.SubscribeAsync(channel);
        queue.OnMessage(message =>
        {
            if (message.Message.TryParse(out long nonce) && _awaited.TryGetValue(nonce, out var heard)) heard.TrySetResult();
        });
    }
}
