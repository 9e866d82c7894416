using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>
/// What is listened to: one subscription for each channel, shared by its listeners, gone with the last of them; put on each new
/// <see cref="SubscriptionLine"/> in turn.
/// </summary>
/// <remarks>
/// Calls to a line are made under the lock: they are sent in the order in which they are made, so that a channel that is left and
/// joined again at once is not left last. Listeners are called outside of it.
/// </remarks>
internal sealed class Topics
{
    private readonly Lock _gate = new();                            // guards all below, and what topics hold
    private readonly Dictionary<RedisChannel, Topic> _topics = [];
    private SubscriptionLine? _line;

    /// <inheritdoc cref="RedisSubscriptions.Subscribe"/>
    public IDisposable Join(RedisChannel channel, Action<RedisValue> received, Action inEffect)
    {
        Listener listener;
        bool inEffectAlready;
        lock (_gate)
        {
            if (!_topics.TryGetValue(channel, out var topic)) _topics[channel] = topic = new(channel);
            listener = new(this, topic, received, inEffect);
            topic.Listeners = [.. topic.Listeners, listener];
            inEffectAlready = topic.Line is not null;
            BeginLocked(topic);
        }
        if (inEffectAlready) inEffect();
        return listener;
    }

    /// <summary>Why the server refuses one of the subscriptions; null if it refuses none.</summary>
    public RedisFault? Refusal
    {
        get { lock (_gate) return _topics.Values.Select(topic => topic.Refusal).FirstOrDefault(refusal => refusal is not null); }
    }

    /// <summary>Goes over to another line; null for none.</summary>
    public void Use(SubscriptionLine? line)
    {
        lock (_gate)
        {
            _line = line;
            foreach (var topic in _topics.Values) topic.Line = null;
            BeginAllLocked();
        }
    }

    /// <summary>Tries again what could not be subscribed: a node of a cluster may have been away.</summary>
    public void TryAgain()
    {
        lock (_gate) BeginAllLocked();
    }

    private void Leave(Listener listener)
    {
        lock (_gate)
        {
            var topic = listener.Topic;
            topic.Listeners = [.. topic.Listeners.Where(other => other != listener)];
            if (topic.Listeners.Length > 0 || topic.IsBeginning) return;
            _topics.Remove(topic.Channel);
            topic.Line?.Unsubscribe(topic.Channel);
        }
    }

    private void BeginAllLocked()
    {
        foreach (var topic in _topics.Values) BeginLocked(topic);
    }

    private void BeginLocked(Topic topic)
    {
        if (_line is not { } line || topic.Line is not null || topic.IsBeginning) return;
        topic.IsBeginning = true;
        _ = EndBeginningAsync(topic, line, line.SubscribeAsync(topic.Channel));
    }

    private async Task EndBeginningAsync(Topic topic, SubscriptionLine line, Task<ChannelMessageQueue> subscribing)
    {
        await ((Task)subscribing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Listener[] listeners;
        lock (_gate)
        {
            topic.IsBeginning = false;
            topic.Refusal = subscribing.Exception?.InnerException is RedisServerException refused ? RedisFault.Unheard(RedisFault.Of(refused)) : null;
            if (topic.Listeners.Length == 0) _topics.Remove(topic.Channel);     // they left meanwhile
            if (_line != line)
            {
                if (topic.Listeners.Length > 0) BeginLocked(topic);
                return;
            }
            if (topic.Listeners.Length == 0 || !subscribing.IsCompletedSuccessfully)
            {
                line.Unsubscribe(topic.Channel);
                return;                                                         // TryAgain, if somebody still wants it
            }
            topic.Line = line;
            listeners = topic.Listeners;
        }
        subscribing.Result.OnMessage(message => topic.Hear(line, message.Message));
        foreach (var listener in listeners) listener.InEffect();
    }

    private sealed class Topic(RedisChannel channel)
    {
        public RedisChannel Channel => channel;

        /// <summary>Replaced under the lock, read from anywhere.</summary>
        public volatile Listener[] Listeners = [];

        /// <summary>Where the subscription is in effect; null while it is nowhere.</summary>
        public volatile SubscriptionLine? Line;

        /// <summary>Whether the line has been asked and has not answered.</summary>
        public bool IsBeginning;

        /// <summary>Why the server has refused it the last time; null if it has not.</summary>
        public RedisFault? Refusal;

        // A line that was given up may still have something to tell. Whoever listens has been told to read.
        public void Hear(SubscriptionLine line, RedisValue message)
        {
            if (Line != line) return;
            foreach (var listener in Listeners) listener.Received(message);
        }
    }

    private sealed class Listener(Topics topics, Topic topic, Action<RedisValue> received, Action inEffect) : IDisposable
    {
        private volatile bool _left;

        public Topic Topic => topic;

        public void Received(RedisValue message)
        {
            if (!_left) received(message);
        }

        public void InEffect()
        {
            if (!_left) inEffect();
        }

        public void Dispose()
        {
            if (_left) return;
            _left = true;
            topics.Leave(this);
        }
    }
}
