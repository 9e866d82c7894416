namespace Gatehouse.Operations.Status;

/// <summary>Who watches the status live: so many at once, and until the server has drained and ends. Safe for several threads.</summary>
internal sealed class LiveViews : IDisposable
{
    private const int Most = 100;

    private readonly CancellationTokenSource _ended = new();
    private int _count;

    /// <summary>Cancelled when the views have to end: what answers a request keeps the process.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <returns>Whether there is room for one more; then <see cref="Leave"/> is owed.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= Most) return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);

    public Task EndAsync() => _ended.CancelAsync();

    public void Dispose() => _ended.Dispose();
}
