using System.Threading.Channels;
using Gatehouse.Runs;
using Gatehouse.Testing.Servers;
using Gatehouse.Tests.Log.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Runs;

[Collection(nameof(Alone))]
public sealed class RedisSignalsTests(SharedRedis redis)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Every_other_instance_hears_every_signal_in_order_and_the_sender_does_not()
    {
        await using var one = await Instance.StartAsync((await redis.ServerAsync()).Endpoint);
        await using var two = await Instance.StartAsync((await redis.ServerAsync()).Endpoint, beside: one);
        await using var three = await Instance.StartAsync((await redis.ServerAsync()).Endpoint, beside: one);
        Signal[] all =
        [
            new Signal.Queued("thread", "run", "message", "döner 🥙\nand \"more\""), new Signal.Cancel("thread", "run"),
            new Signal.Free("thread"), new Signal.Drain("chat-00041", "A new revision has taken over."),
        ];

        foreach (var signal in all) one.Signals.Send(signal);
        foreach (var signal in all)
        {
            Assert.Equal(signal, await two.NextAsync());
            Assert.Equal(signal, await three.NextAsync());
        }
        two.Signals.Send(new Signal.Free("last"));
        Assert.Equal(new Signal.Free("last"), await one.NextAsync());
        Assert.Equal(new Signal.Free("last"), await three.NextAsync());
    }

    [Theory]
    [InlineData("""{"from":"later","signal":{"kind":"dance","threadId":"thread"}}""")]
    [InlineData("""{"from":"later"}""")]
    [InlineData("no json")]
    [InlineData("")]
    public async Task What_is_not_understood_is_passed_over(string message)
    {
        await using var one = await Instance.StartAsync((await redis.ServerAsync()).Endpoint);
        await using var two = await Instance.StartAsync((await redis.ServerAsync()).Endpoint, beside: one);

        var client = await one.Parts.Connection.ClientAsync(default);
        Assert.Equal(2, await client.GetSubscriber().PublishAsync(one.Parts.Names.Signals, message));
        one.Signals.Send(new Signal.Free("thread"));

        Assert.Equal(new Signal.Free("thread"), await two.NextAsync());
    }

    [Fact]
    public async Task While_Redis_is_away_or_hangs_sending_returns_and_what_is_too_much_is_dropped()
    {
        await using var server = await RedisServer.StartAsync();
        await using var one = await Instance.StartAsync(server.Endpoint);
        await using var two = await Instance.StartAsync(server.Endpoint, beside: one);

        server.Process.Signal(UnixSignal.Stop);
        for (var i = 0; i < RedisSignals.MostUnderWay + 100; i++) one.Signals.Send(new Signal.Free($"{i}"));
        server.Process.Signal(UnixSignal.Continue);
        for (var i = 0; i < RedisSignals.MostUnderWay; i++) Assert.Equal(new Signal.Free($"{i}"), await two.NextAsync());

        await server.KillAsync();
        one.Signals.Send(new Signal.Free("lost"));
        await server.StartAgainAsync();
        await two.InEffectAsync();
        using var patience = new CancellationTokenSource(Patience);
        while (!two.HasHeard)
        {
            one.Signals.Send(new Signal.Free("found"));
            await Task.Delay(50, patience.Token);
        }
        Assert.Equal(new Signal.Free("found"), await two.NextAsync());
    }

    private sealed class Instance : IAsyncDisposable
    {
        private readonly Channel<Signal> _heard = Channel.CreateUnbounded<Signal>();
        private readonly Channel<bool> _inEffect = Channel.CreateUnbounded<bool>();

        private Instance(string address, Instance? beside)
        {
            Parts = new(address, beside: beside?.Parts);
            Signals = new(Parts.Connection, Parts.Subscriptions, Parts.Names, Parts.Instance, NullLogger<RedisSignals>.Instance);
            Signals.Listen(signal => _heard.Writer.TryWrite(signal));
            Parts.Subscriptions.Subscribe(Parts.Names.Signals, static _ => { }, () => _inEffect.Writer.TryWrite(true));
        }

        public RedisParts Parts { get; }

        public RedisSignals Signals { get; }

        public bool HasHeard => _heard.Reader.TryPeek(out _);

        public static async Task<Instance> StartAsync(string address, Instance? beside = null)
        {
            var instance = new Instance(address, beside);
            await instance.InEffectAsync();
            await instance.Parts.DatabaseAsync();
            return instance;
        }

        public Task InEffectAsync() => _inEffect.Reader.ReadAsync().AsTask().WaitAsync(Patience);

        public Task<Signal> NextAsync() => _heard.Reader.ReadAsync().AsTask().WaitAsync(Patience);

        public ValueTask DisposeAsync() => Parts.DisposeAsync();
    }
}
