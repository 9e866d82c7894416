using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Log.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gatehouse.Runs;

/// <summary>
/// Signals over one channel that all instances listen to: who owns a thread changes, and a control message is for whoever runs the
/// revision, so each takes what concerns it. An instance does not hear itself, nor what a later build has invented.
/// </summary>
/// <remarks>While Redis is away, or slow, signals are dropped: so many may be under way at once, and none is kept for later.</remarks>
internal sealed partial class RedisSignals(
    RedisConnection connection, RedisSubscriptions subscriptions, RedisNames names, Instance instance, ILogger<RedisSignals> logger) : ISignals
{
    internal const int MostUnderWay = 256;

    private int _underWay;
    private int _losing;        // 1 from a signal that was lost to the next that was not, so that an outage is one line

    public void Send(Signal signal)
    {
        if (Interlocked.Increment(ref _underWay) <= MostUnderWay) _ = SendAsync(signal);
        else
        {
            Interlocked.Decrement(ref _underWay);
            Lost("too many are under way");
        }
    }

    /// <summary>Sends a signal, now, for one who wants to know whether that was possible.</summary>
    /// <returns>How many hear it, the sender included if it listens.</returns>
    /// <exception cref="RedisException">It was not; or <see cref="RedisTimeoutException"/>: it may have been.</exception>
    public async Task<long> SendNowAsync(Signal signal, CancellationToken cancellationToken)
    {
        var message = JsonSerializer.SerializeToUtf8Bytes(new(instance.Id, signal), SignalJson.Default.SignalMessage);
        var client = await connection.ClientAsync(cancellationToken);
        return await client.GetSubscriber().PublishAsync(names.Signals, message).WaitAsync(cancellationToken);
    }

    /// <summary>Begins to hear the other instances. <paramref name="hear"/> is called for one signal after the other, and must not wait.</summary>
    /// <param name="inEffect">Called when what is said from now on will be heard. What was missed before is in the store.</param>
    public IDisposable Listen(Action<Signal> hear, Action? inEffect = null) => subscriptions.Subscribe(
        names.Signals,
        message =>
        {
            if (Read(message) is { } heard && heard.From != instance.Id) hear(heard.Signal);
        },
        inEffect ?? (static () => { }));

    private async Task SendAsync(Signal signal)
    {
        try
        {
            await SendNowAsync(signal, CancellationToken.None);
            Interlocked.Exchange(ref _losing, 0);
        }
        catch (Exception failed)
        {
            Lost(RedisFault.Of(failed).Reason);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private SignalMessage? Read(RedisValue message)
    {
        try
        {
            return JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)message).Span, SignalJson.Default.SignalMessage);
        }
        catch (JsonException unknown)
        {
            LogUnknown(unknown.Message);
            return null;
        }
    }

    private void Lost(string why)
    {
        if (Interlocked.Exchange(ref _losing, 1) == 0) LogLost(why);
    }

    [LoggerMessage(1331, LogLevel.Warning, "Signals to other instances are lost, and cost seconds: {Why}")]
    private partial void LogLost(string why);

    [LoggerMessage(1332, LogLevel.Debug, "A signal was not understood: {Why}")]
    private partial void LogUnknown(string why);
}

/// <summary>A signal on its way.</summary>
/// <param name="From">The instance that sends it.</param>
internal sealed record SignalMessage(string From, Signal Signal);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SignalMessage))]
internal sealed partial class SignalJson : JsonSerializerContext;
