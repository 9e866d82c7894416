using Gatehouse.Chat;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Runs;

/// <summary>What this instance does about the signals of the others.</summary>
internal sealed partial class SignalsHeard(
    RedisSignals signals, ThreadOwners owners, Drain drain, Instance instance, ILogger<SignalsHeard> logger) : IHostedService
{
    private readonly Lock _gate = new();                // guards _working
    private readonly HashSet<Task> _working = [];
    private readonly CancellationTokenSource _stopping = new();
    private IDisposable? _listening;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listening = signals.Listen(Hear);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _listening?.Dispose();
        await _stopping.CancelAsync();
        Task[] working;
        lock (_gate) working = [.. _working];
        await Task.WhenAll(working);
        _stopping.Dispose();
    }

    private void Hear(Signal signal)
    {
        switch (signal)
        {
            case Signal.Free free when !owners.IsHandingOver: Begin(ClaimAsync(free.ThreadId)); break;
            case Signal.Drain leave when leave.Revision == instance.Revision:
                Begin(drain.RunAsync(leave.Reason));
                signals.Send(new Signal.Draining(instance.Revision, instance.Id));
                break;
            case Signal.OfThread ofThread: owners.Hear(ofThread); break;
        }
    }

    private void Begin(Task task)
    {
        lock (_gate)
        {
            _working.RemoveWhere(static done => done.IsCompleted);
            _working.Add(task);
        }
    }

    // Everybody who hears it tries, and the store decides. Who fails loses nothing: take-overs look again.
    private async Task ClaimAsync(string threadId)
    {
        try
        {
            await owners.TryClaimAsync(threadId, _stopping.Token);
        }
        catch (Exception failed) when (!_stopping.IsCancellationRequested)
        {
            LogNotClaimed(threadId, failed.Message);
        }
        catch (OperationCanceledException)
        {
            // This instance ends.
        }
    }

    [LoggerMessage(1323, LogLevel.Information, "Thread {ThreadId} was given up elsewhere and could not be claimed: {Why}")]
    private partial void LogNotClaimed(string threadId, string why);
}
