using Gatehouse.Diagnosis;

namespace Gatehouse.Operations.Why;

/// <summary>
/// What can go wrong with the process itself, noticed by whoever calls <see cref="Turned"/> once a second: how late the turn comes is how
/// long the thread pool keeps work waiting, and a wall clock that moved otherwise than the monotonic one has jumped. Thread-safe.
/// </summary>
internal sealed class ProcessRecord(TimeProvider clock)
{
    // Clocks are slewed by less than a thousandth; a second in one turn is a jump.
    private static readonly TimeSpan LeastJump = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SlowPool = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(15);

    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private readonly Lock _gate = new();                // guards all below
    private readonly Queue<ClockJump> _jumps = [];
    private (DateTimeOffset Wall, long Mono)? _last;
    private TimeSpan _poolDelay;
    private DateTimeOffset? _poolSlowSince;

    /// <param name="late">How much later than it should the turn came.</param>
    public void Turned(TimeSpan late)
    {
        lock (_gate)
        {
            var (wall, mono) = (clock.GetUtcNow(), clock.GetTimestamp());
            if (_last is { } last && wall - last.Wall - clock.GetElapsedTime(last.Mono, mono) is var jump && jump.Duration() >= LeastJump)
                _jumps.Enqueue(new(wall, TimeSpan.FromMilliseconds(Math.Round(jump.TotalMilliseconds))));
            while (_jumps.TryPeek(out var oldest) && wall - oldest.At > Keep) _jumps.Dequeue();
            _last = (wall, mono);
            _poolDelay = late;
            _poolSlowSince = late >= SlowPool ? _poolSlowSince ?? wall - late : null;
        }
    }

    public ProcessEvidence Evidence()
    {
        lock (_gate)
            return new()
            {
                StartedAt = _startedAt,
                PoolDelay = TimeSpan.FromMilliseconds(Math.Round(_poolDelay.TotalMilliseconds)),
                PoolQueue = ThreadPool.PendingWorkItemCount,
                PoolSlowSince = _poolSlowSince,
                MemoryBytes = Environment.WorkingSet,
                MemoryLimitBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is > 0 and var limit ? limit : null,
                ClockJumps = [.. _jumps],
                ProbePaths = ["/startup", "/ready", "/health"],
            };
    }
}
