using System.Net;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>
/// One connection for subscriptions, from when it is open to its first break. It is never mended: what was published meanwhile is
/// lost, so a new one takes its place and everybody reads what they missed. The caller serialises the members, but for <see cref="Break"/>.
/// </summary>
/// <remarks>Only the servers that carry subscriptions count: a replica, or a member of the list that is away, carries none.</remarks>
internal sealed class SubscriptionLine : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _client;
    private readonly ISubscriber _subscriber;
    private readonly TaskCompletionSource<string> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();                                // guards all below
    private readonly HashSet<EndPoint> _carrying = [];                  // who has subscriptions, or had some
    private readonly Dictionary<EndPoint, Failure> _latest = [];        // of each server
    private int _failures;

    private SubscriptionLine(ConnectionMultiplexer client)
    {
        _client = client;
        _subscriber = client.GetSubscriber();
        client.ConnectionFailed += (_, failed) => Failed(failed.EndPoint!, failed.FailureType);
        if (!client.IsConnected) Break("the connection broke as it was opened");
    }

    /// <summary>Why it broke, once it has.</summary>
    public Task<string> Broken => _broken.Task;

    /// <exception cref="RedisConnectionException">There is no connection to be had.</exception>
    public static async Task<SubscriptionLine> OpenAsync(RedisAddress address, CancellationToken cancellationToken)
    {
        var options = address.Options();
        options.AbortOnConnectFail = true;
        options.ConnectRetry = 1;
        // The client opens its connection for messages with the first subscription, which has to wait for it.
        options.BacklogPolicy = BacklogPolicy.Default;
        var opening = ConnectionMultiplexer.ConnectAsync(options);
        try
        {
            return new(await opening.WaitAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client's own attempt cannot be cancelled. It is over soon.
            _ = opening.ContinueWith(
                static late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Declares it broken.</summary>
    public void Break(string why) => _broken.TrySetResult(why);

    /// <summary>Subscribes; complete when the server has said so. What comes is kept in the queue, in order.</summary>
    public async Task<ChannelMessageQueue> SubscribeAsync(RedisChannel channel)
    {
        int before;
        lock (_gate) before = _failures;
        var queue = await _subscriber.SubscribeAsync(channel);
        Carry(_subscriber.SubscribedEndpoint(channel), before);
        return queue;
    }

    /// <summary>Takes back all that was subscribed, or tried to be, on a channel. Does not wait.</summary>
    public void Unsubscribe(RedisChannel channel) => _subscriber.Unsubscribe(channel, flags: CommandFlags.FireAndForget);

    public async ValueTask DisposeAsync() => await _client.CloseAsync(allowCommandsToComplete: false);

    private void Failed(EndPoint server, ConnectionFailureType type)
    {
        var why = $"the connection to {RedisAddress.NameOf(server)} broke: {type}";
        bool carries;
        lock (_gate)
        {
            _latest[server] = new(++_failures, why);
            carries = _carrying.Contains(server);
        }
        if (carries) Break(why);
    }

    // The connection may have broken between the server's word and this, and the client have subscribed again by itself.
    private void Carry(EndPoint? server, int before)
    {
        if (server is null)
        {
            Break("the connection broke as it was subscribed to");
            return;
        }
        Failure latest;
        lock (_gate)
        {
            _carrying.Add(server);
            latest = _latest.GetValueOrDefault(server);
        }
        if (latest.Number > before) Break(latest.Why);
    }

    private readonly record struct Failure(int Number, string Why);
}
