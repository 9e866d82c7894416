using Gatehouse.Log;
using Gatehouse.Log.Redis;
using Gatehouse.Protocol;
using Gatehouse.Store;
using Gatehouse.Store.Postgres;
using Npgsql;
using StackExchange.Redis;

namespace Gatehouse.Tests.Simulation;

/// <summary>The store on a real PostgreSQL and the log on a real Redis, called one after the other as the scheduler says.</summary>
internal sealed class RealBackend(PostgresStore store, NpgsqlDataSource sql, RedisConversationLog log, IDatabase redis, RedisKey[] keys) : IBackend
{
    private byte[]?[] _dump = new byte[]?[keys.Length];

    /// <summary>Forgets the thread.</summary>
    public void Reset()
    {
        Say("TRUNCATE threads CASCADE");
        Flush();
        _dump = new byte[]?[keys.Length];
    }

    public AcceptResult Accept(NewRun run, string owner) => Now(store.AcceptAsync(run, owner, CancellationToken.None));

    public AcceptResult Answer(NewAnswer answer, string owner) => Now(store.AnswerAsync(answer, owner, CancellationToken.None));

    public void Cancel(string runId) => Now(store.CancelAsync(runId, CancellationToken.None));

    public Claim? Claim(string owner)
    {
        Say("UPDATE threads SET lease_until = now() - interval '1 second' WHERE owner IS NOT NULL");
        // The simulated world proves leases by its own clock.
        return Now(store.ClaimAsync(World.Thread, owner, CancellationToken.None)) is { } claim ? claim with { Lease = null } : null;
    }

    public IReadOnlyList<string>? Renew(string owner, long generation) =>
        Now(store.RenewAsync(owner, CancellationToken.None)).Threads.FirstOrDefault(thread => thread.Generation == generation)?.Cancelled;

    public CheckpointVerdict Write(Checkpoint checkpoint) => Now(store.WriteAsync(checkpoint, CancellationToken.None));

    public Proceeding Proceed(long generation) => Now(store.ProceedAsync(World.Thread, generation, CancellationToken.None));

    public CheckpointVerdict Release(long generation) => Now(store.ReleaseAsync(World.Thread, generation, CancellationToken.None));

    public ThreadSnapshot? Snapshot() => Now(store.SnapshotAsync(World.Thread, CancellationToken.None));

    public bool HasOpenRuns()
    {
        using var count = sql.CreateCommand("SELECT count(*) FROM agent_executions WHERE state <> 'closed'");
        return (long)count.ExecuteScalar()! > 0;
    }

    public LogAnswer Begin(LogCall.Begin begin) => Now(log.BeginAsync(World.Thread, begin.Generation, begin.Position, CancellationToken.None).AsTask());

    public (LogAnswer Answer, bool Added) Append(LogCall.Append append)
    {
        var there = Read(append.Entries[^1].Position, limit: 1).Found;
        var answer = Now(log.AppendAsync(World.Thread, append, CancellationToken.None).AsTask());
        return (answer, answer.Verdict is LogVerdict.Done && !there);
    }

    public LogSlice Read(Position after, int limit) => Now(log.ReadAsync(World.Thread, after, limit, CancellationToken.None).AsTask());

    public void Flush() => redis.KeyDelete(keys);

    public void Dump() => _dump = [.. keys.Select(key => redis.KeyDump(key))];

    public void Rewind()
    {
        Flush();
        for (var key = 0; key < keys.Length; key++)
            if (_dump[key] is { } value) redis.KeyRestore(keys[key], value);
    }

    private void Say(string statement)
    {
        using var command = sql.CreateCommand(statement);
        command.ExecuteNonQuery();
    }

    private static T Now<T>(Task<T> call) => call.GetAwaiter().GetResult();
}
