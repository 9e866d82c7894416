using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Store.Sqlite;

/// <summary>
/// The one connection that writes. Whatever waits is done in one transaction, each piece in a savepoint of its own, and
/// answered when that is on the disk: under load many share an fsync, and nobody waits for more than the one before.
/// </summary>
/// <remarks>A piece that fails leaves no trace and does not disturb the others. If the commit fails, all of them have failed.</remarks>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MostAtOnce = 64;
    private const int MostWaiting = 1024;   // beyond it callers wait for a place

    private readonly SqliteDatabase _database;
    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Task _loop;
    private SqliteSession? _session;        // of the loop; null before the first job and after a failure

    public SqliteWriter(SqliteDatabase database)
    {
        _database = database;
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Does <paramref name="work"/> in a transaction. It can be cancelled until it has begun.</summary>
    public async Task<T> RunAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        var job = new Job<T>(work, cancellationToken);
        try
        {
            await _jobs.Writer.WriteAsync(job, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteStore));
        }
        return await job.Answer;
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await _loop;
        _session?.Dispose();
    }

    private async Task LoopAsync()
    {
        var batch = new List<Job>(MostAtOnce);
        while (await _jobs.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MostAtOnce && _jobs.Reader.TryRead(out var job))
                if (job.IsWanted()) batch.Add(job);
            if (batch.Count > 0) Commit(batch);
        }
    }

    private void Commit(List<Job> batch)
    {
        try
        {
            _session ??= _database.Connect();
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var job in batch)
            {
                _session.Execute("SAVEPOINT job");
                if (!job.TryRun(_session)) _session.Execute("ROLLBACK TO job");
                _session.Execute("RELEASE job");
            }
            _session.Execute("COMMIT");
        }
        catch (Exception failure)
        {
            _session?.Dispose();            // which rolls back
            _session = null;
            var reason = failure is SqliteException sqlite ? _database.Explain(sqlite) : failure;
            foreach (var job in batch) job.Fail(reason);
            return;
        }
        foreach (var job in batch) job.Done();
    }

    private abstract class Job
    {
        /// <summary>False, and answered, if the caller has cancelled it by now.</summary>
        public abstract bool IsWanted();

        /// <summary>False if it threw; <see cref="Done"/> will tell.</summary>
        public abstract bool TryRun(SqliteSession session);

        public abstract void Done();

        public abstract void Fail(Exception reason);
    }

    private sealed class Job<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) : Job
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;
        private Exception? _failure;

        public Task<T> Answer => _answer.Task;

        public override bool IsWanted() => !cancellationToken.IsCancellationRequested || !_answer.TrySetCanceled(cancellationToken);

        public override bool TryRun(SqliteSession session)
        {
            try
            {
                _result = work(session);
                return true;
            }
            catch (Exception failure)
            {
                _failure = failure;
                return false;
            }
        }

        public override void Done()
        {
            if (_failure is { } failure) _answer.TrySetException(failure);
            else _answer.TrySetResult(_result!);
        }

        public override void Fail(Exception reason) => _answer.TrySetException(_failure ?? reason);
    }
}
