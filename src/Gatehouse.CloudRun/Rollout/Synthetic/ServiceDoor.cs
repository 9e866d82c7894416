using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>Upgrades at the service's own address, as its users make them: either revision may answer, none may fail.</summary>
internal sealed class ServiceDoor(RolloutRun run, Service service)
{
    private readonly Uri? _address = service.Status?.Url is { } url && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        ? new UriBuilder(uri) { Scheme = uri.Scheme is "https" ? "wss" : "ws", Path = run.Tools.Verify.Path }.Uri
        : null;

    // Who refused is not told. Nothing else has changed, so that it is the candidate, unless the old revision was sick before and has a share yet.
    private RevisionMeasures Culprit => run.State is { IsStableSick: true, Share: < 100 } ? run.Stable : run.Candidate;

    /// <summary>One upgrade. Who answered is counted.</summary>
    /// <returns>The revision; null if it failed.</returns>
    public async Task<string?> TryAsync(CancellationToken cancellationToken)
    {
        if (_address is null) return null;
        using var limit = new CancellationTokenSource(run.Tools.Verify.Timeout, run.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var socket = await SyntheticSocket.OpenAsync(_address, run.Http, null, run.Clock, either.Token);
            run.Figures.Answered(socket.Revision);
            return socket.Revision;
        }
        catch (SyntheticException exception)
        {
            Culprit.Upgraded(new($"at the service's own address: {exception.Message}", exception.Status));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Culprit.Upgraded(new($"at the service's own address: no welcome within {run.Tools.Verify.Timeout.TotalSeconds:0.#} s"));
        }
        return null;
    }
}
