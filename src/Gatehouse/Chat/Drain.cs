using Gatehouse.Protocol;
using Gatehouse.Readiness;
using Gatehouse.Runs;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Chat;

/// <summary>
/// Takes this instance out of service so that nobody notices: the door closes first, the clients move to other instances at
/// their own pace, the runs are handed over at their next step boundary, and what is left when the time is up is cut.
/// </summary>
/// <remarks>
/// <code>
///   0                                      ⅔                       ⅚              15⁄16     budget (Drain:Seconds)
///   door closed, goaway, hand over         runs dropped mid-step   sockets 1012   all gone  the process has ended
/// </code>
/// </remarks>
internal sealed partial class Drain(
    ReadinessGraph readiness, Connections connections, ThreadOwners owners, GatehouseOptions options, TimeProvider clock, ILogger<Drain> logger)
{
    private const int Batch = 200;
    private static readonly TimeSpan BetweenBatches = TimeSpan.FromMilliseconds(20);

    // A reconnect costs an instance that is in service a few milliseconds; spread out, they never come as one.
    private static readonly TimeSpan SpreadPerConnection = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private Task? _running;

    /// <summary>Drains. Called again, it waits for the drain under way; an instance never comes back from it.</summary>
    public Task RunAsync(string reason)
    {
        lock (_gate) return _running ??= DrainAsync(reason);
    }

    private async Task DrainAsync(string reason)
    {
        var start = clock.GetTimestamp();
        readiness.Withdraw(reason);
        var budget = options.DrainBudget;
        LogDraining(reason, connections.Count, owners.Count);
        // Alone with the store, an instance leaves its threads as they are: the next one finds them.
        var handedOver = options.IsDistributed ? HandOverAsync(start, budget * 2 / 3) : Task.CompletedTask;
        if (options.Redis is not null)      // else there is nowhere to go
        {
            await SendAwayAsync(reason, budget * 5 / 6);
            await UntilAsync(connections.WhenEmptyAsync(), start, budget * 5 / 6);
        }
        var stragglers = connections.Count;
        connections.CloseAll(CloseReason.ServiceRestart);
        await UntilAsync(Task.WhenAll(connections.WhenEmptyAsync(), handedOver), start, budget * 15 / 16);
        LogDrained(clock.GetElapsedTime(start).TotalMilliseconds, stragglers, owners.Count);
    }

    private async Task SendAwayAsync(string reason, TimeSpan deadline)
    {
        var spread = TimeSpan.FromTicks(Math.Min((SpreadPerConnection * connections.Count).Ticks, (deadline / 2).Ticks));
        var goAway = new GoAway((int)deadline.TotalMilliseconds, (int)spread.TotalMilliseconds, reason);
        foreach (var batch in connections.Leave(goAway).Chunk(Batch))
        {
            foreach (var connection in batch) connection.SendAway(goAway);
            await Task.Delay(BetweenBatches, clock);
        }
    }

    private async Task HandOverAsync(long start, TimeSpan patience)
    {
        owners.HandOver(atOnce: false);
        await UntilAsync(owners.WhenNoneAsync(), start, patience);
        owners.HandOver(atOnce: true);
        await owners.WhenNoneAsync();
    }

    private async Task UntilAsync(Task task, long start, TimeSpan deadline)
    {
        var left = deadline - clock.GetElapsedTime(start);
        if (left > TimeSpan.Zero) await task.WaitAsync(left, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(1131, LogLevel.Information, "Draining ({Reason}): {Connections} connections move on, {Threads} threads are handed over")]
    private partial void LogDraining(string reason, int connections, int threads);

    [LoggerMessage(1132, LogLevel.Information, "Drained in {Milliseconds:0} ms: {Stragglers} connections had to be closed, {Threads} threads are left to their lease")]
    private partial void LogDrained(double milliseconds, int stragglers, int threads);
}
