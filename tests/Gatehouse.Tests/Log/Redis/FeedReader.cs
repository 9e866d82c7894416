using Gatehouse.Log;
using Gatehouse.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Log.Redis;

/// <summary>Follows a thread from its beginning as a connection does: through a feed. Collects the positions that it is served.</summary>
internal sealed class FeedReader : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Reader _reader = new(Position.Start);
    private readonly SemaphoreSlim _changed = new(0);
    private readonly List<Position> _served = [];
    private readonly RedisParts _parts;
    private readonly string _threadId;
    private readonly FeedFollower _follower;

    public FeedReader(RedisParts parts, string threadId)
    {
        (_parts, _threadId) = (parts, threadId);
        _follower = new ThreadFeeds(parts.Log, new(), TimeProvider.System, NullLogger<ThreadFeeds>.Instance).Follow(threadId, () => _changed.Release());
    }

    public Task LoadedAsync() => _follower.Feed.LoadedAsync().WaitAsync(Patience);

    /// <summary>All that was served, once <paramref name="position"/> was. Without any comparison at a heartbeat.</summary>
    public async Task<IReadOnlyList<Position>> UntilAsync(Position position)
    {
        while (_served.Count == 0 || _served[^1] != position)
            switch (_follower.Feed.Next(_reader))
            {
                case ReaderStep.Send send: Serve(send); break;
                case ReaderStep.ReadLog read:
                    if (_reader.LogRead(await _parts.Log.ReadAsync(_threadId, read.After, 100, default)) is { } found) Serve(found);
                    break;
                case ReaderStep.Wait:
                    Assert.True(await _changed.WaitAsync(Patience), $"Position {position} was not served; the last is {_served.LastOrDefault()}.");
                    break;
                default: throw new InvalidOperationException("The log has lost what nobody took from it.");
            }
        return _served;
    }

    public void Dispose()
    {
        _follower.Dispose();
        _changed.Dispose();
    }

    private void Serve(ReaderStep.Send send) => _served.AddRange(send.Entries.Select(entry => entry.Position));
}
