using Gatehouse.CloudRun.Api;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>Says in the service, four times within the time that it counts, that this rollout has an owner. Ends the rollout's token when it has none any more.</summary>
internal sealed class LifeSign(RolloutRun run, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private Task? _running;

    /// <summary>Cancelled with the one that was given, or when the rollout is lost.</summary>
    public CancellationToken Token => _over.Token;

    /// <summary>Why the rollout is not ours any more.</summary>
    public RolloutException? Lost { get; private set; }

    public void Begin() => _running ??= Task.Run(() => RunAsync(_over.Token), _over.Token);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        if (_running is { } running) await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
    }

    private async Task RunAsync(CancellationToken over)
    {
        try
        {
            while (true)
            {
                await Task.Delay(run.Tools.Settings.ClaimLasts / 4, run.Clock, over);
                try
                {
                    await run.Editor.ChangeAsync(live => StateAnnotations.ReadState(live) is { } state && state.Owner.Key == run.State.Owner.Key
                        ? StateAnnotations.With(live, run.Signed(state))
                        : null, over);
                }
                catch (ApiException exception)
                {
                    run.Remarks.Add($"a sign of life could not be written: {exception.Message}");
                }
            }
        }
        catch (RolloutException lost)
        {
            Lost = lost;
            await _over.CancelAsync();
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The rollout is over.
        }
    }
}
