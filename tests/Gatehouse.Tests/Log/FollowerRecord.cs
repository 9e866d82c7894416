using Gatehouse.Log;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Log;

/// <summary>What a follower was told. A shared log tells it some time after the append.</summary>
internal sealed class FollowerRecord
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly SemaphoreSlim _missed = new(0);
    private readonly List<(Position After, int Count)> _batches = [];
    private readonly List<LogEntry> _entries = [];

    public IReadOnlyList<LogEntry> Entries
    {
        get
        {
            lock (_gate) return [.. _entries];
        }
    }

    /// <summary>How many times it was told so and nobody has waited for it.</summary>
    public int TimesMissed => _missed.CurrentCount;

    public void Missed() => _missed.Release();

    public void Published(Position after, IReadOnlyList<LogEntry> entries)
    {
        lock (_gate)
        {
            _batches.Add((after, entries.Count));
            _entries.AddRange(entries);
        }
        _arrived.Release();
    }

    /// <summary>Waits until it is told that it may have missed something.</summary>
    public async Task WaitUntilMissedAsync() =>
        Assert.True(await _missed.WaitAsync(TimeSpan.FromSeconds(30)), "It was not told that it may have missed something.");

    /// <summary>All batches so far, once there are so many.</summary>
    public async Task<(Position After, int Count)[]> WaitAsync(int batches)
    {
        for (var i = 0; i < batches; i++)
            Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(10)), $"Only {i} of {batches} batches were published.");
        lock (_gate) return [.. _batches];
    }
}
