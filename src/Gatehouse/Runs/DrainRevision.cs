using System.Collections.Concurrent;
using System.Globalization;
using Gatehouse.Hosting;
using Gatehouse.Log.Redis;
using StackExchange.Redis;

namespace Gatehouse.Runs;

/// <summary>Has the instances of a revision drain, and waits a moment for their answers.</summary>
internal sealed class DrainRevision(RedisAddress address, TimeProvider clock)
{
    private static readonly TimeSpan ToConnect = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ToAnswer = TimeSpan.FromSeconds(2);

    public async Task<JobAnswer> AnswerAsync(string revision, CancellationToken cancellationToken)
    {
        try
        {
            var (answered, all) = await AskAsync(revision, cancellationToken);
            return answered.Count == 0
                ? new(JobExit.WrongData, string.Create(
                    CultureInfo.InvariantCulture,
                    $"no instance of the revision '{revision}' has answered; {all} of some revision listen. Is it K_REVISION of the instances?"))
                : new(JobExit.Done, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{answered.Count} of {all} instances are of the revision '{revision}' and drain: {string.Join(", ", answered)}"));
        }
        catch (Exception failed) when (failed is RedisException or RedisTimeoutException or TimeoutException)
        {
            var fault = await new RedisReach(address, clock).ExplainAsync(cancellationToken);
            return JobAnswer.Of(fault ?? RedisFault.Of(failed));
        }
    }

    private async Task<(IReadOnlyCollection<string> Answered, long All)> AskAsync(string revision, CancellationToken cancellationToken)
    {
        await using var line = new ControlLine(address, clock);
        var answered = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var inEffect = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = line.Signals.Listen(
            signal =>
            {
                if (signal is Signal.Draining draining && draining.Revision == revision) answered[draining.InstanceId] = true;
            },
            () => inEffect.TrySetResult());
        await inEffect.Task.WaitAsync(ToConnect, clock, cancellationToken);
        var heard = await line.Signals.SendNowAsync(new Signal.Drain(revision, $"Revision {revision} is taken out of service."), cancellationToken);
        await Task.Delay(ToAnswer, clock, cancellationToken);
        return ([.. answered.Keys.Order(StringComparer.Ordinal)], heard - 1);
    }
}
