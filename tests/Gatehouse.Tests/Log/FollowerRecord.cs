using Gatehouse.Log;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Log;

/// <summary>What a follower was told. A shared log tells it some time after the append.</summary>
internal sealed class FollowerRecord
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly List<(Position After, int Count)> _batches = [];
    private readonly List<LogEntry> _entries = [];

    public IReadOnlyList<LogEntry> Entries
    {
        get
        {
            lock (_gate) return [.. _entries];
        }
    }

    public void Published(Position after, IReadOnlyList<LogEntry> entries)
    {
        lock (_gate)
        {
            _batches.Add((after, entries.Count));
            _entries.AddRange(entries);
        }
        _arrived.Release();
    }

    /// <summary>All batches so far, once there are so many.</summary>
    public async Task<(Position After, int Count)[]> WaitAsync(int batches)
    {
        for (var i = 0; i < batches; i++)
            Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(10)), $"Only {i} of {batches} batches were published.");
        lock (_gate) return [.. _batches];
    }
}
