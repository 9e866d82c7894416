namespace Gatehouse.Store.Sqlite;

/// <summary>
/// The embedded store: one file, one writer, a few readers. Connections are opened when they are first needed and again after a
/// failure; the schema is the business of <see cref="SqliteMigrator"/> and <see cref="SqliteSchema"/>.
/// </summary>
/// <remarks>
/// SQLite has no asynchronous I/O. A write runs on the writer's loop, at most one at a time; a read on the caller's thread, short
/// and from the cache as a rule.
/// </remarks>
internal sealed class SqliteStore(SqliteDatabase database, TimeProvider clock) : IStore, IOperationsStore
{
    private const int Readers = 4;

    private StoredInstance? _instance;      // there is but this one

    private readonly SqliteWriter _writer = new(database);
    private readonly SqliteReaders _readers = new(database, Readers);

    public Task<AcceptResult> AcceptAsync(NewRun run, string owner, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => Accepting.Accept(session, run, owner), cancellationToken);

    public Task<AcceptResult> AnswerAsync(NewAnswer answer, string owner, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => Accepting.Answer(session, answer, owner), cancellationToken);

    public Task<string?> CancelAsync(string runId, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => Accepting.Cancel(session, runId), cancellationToken);

    public Task<Claim?> ClaimAsync(string threadId, string owner, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => Claiming.Take(session, threadId, owner), cancellationToken);

    public Task<CheckpointVerdict> WriteAsync(Checkpoint checkpoint, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => Checkpoints.Write(session, checkpoint, clock.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken);

    public Task<Proceeding> ProceedAsync(string threadId, long generation, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => Claiming.Proceed(session, threadId, generation), cancellationToken);

    public Task<CheckpointVerdict> ReleaseAsync(string threadId, long generation, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => Claiming.Release(session, threadId, generation), cancellationToken);

    public Task<Renewal> RenewAsync(string owner, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => Claiming.Owned(session, owner), cancellationToken);

    public Task<IReadOnlyList<Claim>> TakeOverAsync(string owner, int limit, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => Claiming.TakeOver(session, owner, limit), cancellationToken);

    public Task<IReadOnlyList<StoredMessage>> ContextAsync(string runId, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => Snapshots.Context(session, runId), cancellationToken);

    public Task<ThreadSnapshot?> SnapshotAsync(string threadId, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => Snapshots.Read(session, threadId), cancellationToken);

    public Task<ThreadPage> ThreadsAsync(string? before, int limit, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => ThreadsList.Page(session, before, limit), cancellationToken);

    public Task RemoveAsync(string threadId, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => session.Execute("DELETE FROM threads WHERE id = ?1", threadId), cancellationToken);

    public Task RemoveSelfTestsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) => _writer.RunAsync(
        session => session.Execute(
            "DELETE FROM threads WHERE id >= ?1 AND id < ?2 AND selftest = 1 AND created_at < ?3",
            prefix, StoredValues.After(prefix), before.ToUnixTimeMilliseconds()),
        cancellationToken);

    public Task SaveIncidentAsync(StoredIncident incident, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => OperatorsView.Save(session, incident), cancellationToken);

    public Task<IReadOnlyList<StoredIncident>> IncidentsAsync(DateTimeOffset? before, int limit, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => OperatorsView.Newest(session, before, limit), cancellationToken);

    public Task<StoredIncident?> IncidentAsync(string id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => OperatorsView.One(session, id), cancellationToken);

    public Task SayAliveAsync(StoredInstance instance, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _instance, instance);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<(StoredInstance Instance, TimeSpan Ago)>> InstancesAsync(TimeSpan within, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(StoredInstance, TimeSpan)>>(Volatile.Read(ref _instance) is { } instance ? [(instance, TimeSpan.Zero)] : []);

    public Task SayGoneAsync(string id, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _instance, null);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Dispose();
    }
}
