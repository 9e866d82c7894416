using Gatehouse.CloudRun.Api;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// The one way to change the service: read, decide on what was read, replace exactly that. Where the API says that it was another's turn, or does
/// not say what became of it, it begins again with a reading: what has happened after all is seen there, and not done twice.
/// </summary>
internal sealed class ServiceEditor(CloudRunApi api, string name, TimeSpan pace, TimeProvider clock) : IDisposable
{
    private const int Attempts = 60;
    private readonly SemaphoreSlim _one = new(1);

    /// <param name="decide">What the service should be, from what it is; null if it is so already. May be called several times.</param>
    /// <returns>The service as it is then.</returns>
    public async Task<Service> ChangeAsync(Func<Service, Service?> decide, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 1; ; attempt++)
                try
                {
                    var live = await ReadAsync(cancellationToken);
                    return decide(live) is { } wanted ? await api.ReplaceServiceAsync(wanted, cancellationToken) : live;
                }
                catch (ApiException exception) when (attempt < Attempts && exception.Fault is ApiFault.Conflict or ApiFault.Unknown)
                {
                    await Task.Delay(pace, clock, cancellationToken);
                }
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task<Service> ReadAsync(CancellationToken cancellationToken) =>
        await api.FindServiceAsync(name, cancellationToken) ?? throw new RolloutException($"the service '{name}' is gone: somebody has deleted it");

    public void Dispose() => _one.Dispose();
}
