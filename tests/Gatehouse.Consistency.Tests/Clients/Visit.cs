using Gatehouse.Consistency.Clusters;

namespace Gatehouse.Consistency.Clients;

/// <summary>How a client finds a server: it takes one at random, and after a failure another one, a little later.</summary>
internal sealed class Visit(Cluster cluster, Random random, TimeSpan silence)
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(20);
    private Member? _last;
    private bool _retries;

    /// <summary>Connections that were not to be had, or ended otherwise than the client wanted.</summary>
    public int Failures { get; private set; }

    /// <summary>Connections that were not to be had at the second server either, or at a later one.</summary>
    public int FailedRetries { get; private set; }

    /// <summary>Connects to some server; null if it cannot be had now.</summary>
    public async Task<WireClient?> ConnectAsync()
    {
        var others = cluster.Members.Where(member => member != _last).ToList();
        _last = others[random.Next(others.Count)];
        try
        {
            var client = await WireClient.ConnectAsync(_last.Clients.Port, patience: ConnectLimit);
            client.HearsHeartbeats = true;
            _retries = false;
            return client;
        }
        catch (Exception gone) when (IsGone(gone))
        {
            if (_retries) FailedRetries++;
            _retries = true;
            await FailedAsync();
            return null;
        }
    }

    /// <summary>A token that is cancelled when the server has been silent for too long.</summary>
    public CancellationTokenSource Patience() => new(silence);

    /// <summary>Rests as a client does that does not want to be part of a storm.</summary>
    public Task FailedAsync()
    {
        Failures++;
        return Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 400)));
    }

    public static bool IsGone(Exception exception) => exception is WireClosedException or OperationCanceledException or TimeoutException;
}
