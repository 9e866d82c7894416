namespace Gatehouse.CloudRun.Rollout;

/// <summary>Sockets that stay open at a revision and do nothing: one that ends before we end it has dropped.</summary>
internal sealed class HeldSockets(RevisionUnderTest revision) : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly List<Task> _held = [];

    public async Task OpenAsync(int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
            if (await revision.OpenAsync(null, cancellationToken) is { } socket) _held.Add(HoldAsync(socket));
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_held);
        _over.Dispose();
    }

    private async Task HoldAsync(SyntheticSocket socket)
    {
        try
        {
            while (true) await socket.NextAsync(_over.Token);
        }
        catch (SyntheticException exception)
        {
            revision.Measures.Dropped($"a held socket dropped: {exception.Message}");
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // Ours to end.
        }
        finally
        {
            await socket.DisposeAsync();
        }
    }
}
