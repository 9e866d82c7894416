using Npgsql;
using StackExchange.Redis;

namespace Worker;

/// <summary>
/// Does jobs one after the other until it is ended, never in the middle of one. A job is on <c>jobs:taken</c> while it is done, and a
/// loop begins with what its predecessor left there; a result is written once, so a job may be done twice without harm.
/// </summary>
internal sealed class JobLoop(RedisConnection redis, NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly RedisKey Waiting = "jobs";
    private static readonly RedisKey Taken = "jobs:taken";
    private static readonly TimeSpan IdleRest = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _end = new();
    private Task? _loop;
    private int _done;

    public int Done => Volatile.Read(ref _done);

    /// <summary>Begins the loop if it is not running. Called by one check at a time.</summary>
    /// <returns>Why it had stopped; null if nothing was wrong.</returns>
    public Exception? EnsureRunning()
    {
        var fault = _loop?.Exception?.InnerException;
        if (_loop is null or { IsCompleted: true }) _loop = Task.Run(RunAsync);
        return fault;
    }

    /// <summary>Ends the loop after the job in hand.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync();
        if (_loop is { } loop) await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync()
    {
        var jobs = (await redis.ClientAsync(_end.Token)).GetDatabase();
        foreach (var left in await jobs.ListRangeAsync(Taken)) await DoAsync(jobs, left);
        while (!_end.IsCancellationRequested)
        {
            var job = await jobs.ListMoveAsync(Waiting, Taken, ListSide.Right, ListSide.Left);
            if (job.IsNull) await Task.Delay(IdleRest, clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            else await DoAsync(jobs, job);
        }
    }

    private async Task DoAsync(IDatabase jobs, RedisValue job)
    {
        var text = job.ToString();
        await using (var insert = database.CreateCommand("INSERT INTO results (job, length) VALUES ($1, $2) ON CONFLICT (job) DO NOTHING"))
        {
            insert.Parameters.Add(new() { Value = text });
            insert.Parameters.Add(new() { Value = text.Length });
            await insert.ExecuteNonQueryAsync();
        }
        await jobs.ListRemoveAsync(Taken, job, count: 1);
        Interlocked.Increment(ref _done);
    }
}
