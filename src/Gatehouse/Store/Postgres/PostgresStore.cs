namespace Gatehouse.Store.Postgres;

/// <summary>
/// The store of many instances. Each call is one batch, in one round trip and one transaction; whatever it decides, the
/// database decides, under the lock of the thread's row. Connections are opened when they are first needed; the schema is the business
/// of the migrator and of the schema.
/// </summary>
/// <remarks>
/// No two calls can wait for each other in a circle: a call locks one thread before anything that belongs to it, and those that lock
/// many threads do so in the order of their ids (renewals) or skip what is locked (take-overs).
/// </remarks>
/// <param name="lease">How long a claim and a renewal last.</param>
internal sealed class PostgresStore(PostgresDatabase database, TimeSpan lease, TimeProvider clock) : IStore, IOperationsStore
{
    private long _takeOverUntil = long.MaxValue;        // microseconds of the database's clock; for one that has never renewed, for ever

    public Task<AcceptResult> AcceptAsync(NewRun run, string owner, CancellationToken cancellationToken) =>
        ClaimingAsync((batch, claimant) => Accepting.AcceptAsync(batch, run, claimant), owner, cancellationToken);

    public Task<AcceptResult> AnswerAsync(NewAnswer answer, string owner, CancellationToken cancellationToken) =>
        ClaimingAsync((batch, claimant) => Accepting.AnswerAsync(batch, answer, claimant), owner, cancellationToken);

    public Task<string?> CancelAsync(string runId, CancellationToken cancellationToken) =>
        database.CallAsync(batch => Accepting.CancelAsync(batch, runId), cancellationToken);

    public Task<Claim?> ClaimAsync(string threadId, string owner, CancellationToken cancellationToken) =>
        ClaimingAsync((batch, claimant) => Claiming.TakeAsync(batch, threadId, claimant), owner, cancellationToken);

    public async Task<CheckpointVerdict> WriteAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (await database.CallAsync(batch => Checkpoints.WriteAsync(batch, checkpoint, now), cancellationToken)) return CheckpointVerdict.Done;
        // Not moved: the generation is stale, or the checkpoint has been written and arrives again, late.
        return await database.CallAsync(batch => Claiming.IsGenerationAsync(batch, checkpoint.ThreadId, checkpoint.Generation), cancellationToken)
            ? CheckpointVerdict.Done
            : CheckpointVerdict.Stale;
    }

    public Task<Proceeding> ProceedAsync(string threadId, long generation, CancellationToken cancellationToken) =>
        database.CallAsync(batch => Claiming.ProceedAsync(batch, threadId, generation), cancellationToken);

    public Task<CheckpointVerdict> ReleaseAsync(string threadId, long generation, CancellationToken cancellationToken) =>
        database.CallAsync(batch => Claiming.ReleaseAsync(batch, threadId, generation), cancellationToken);

    public async Task<Renewal> RenewAsync(string owner, CancellationToken cancellationToken)
    {
        var (renewal, at) = await ClaimingAsync(Claiming.RenewAsync, owner, cancellationToken);
        Volatile.Write(ref _takeOverUntil, at + (long)LeaseTerm.Gap(lease).TotalMicroseconds);
        return renewal;
    }

    public Task<IReadOnlyList<Claim>> TakeOverAsync(string owner, int limit, CancellationToken cancellationToken)
    {
        var until = Volatile.Read(ref _takeOverUntil);
        return ClaimingAsync((batch, claimant) => Claiming.TakeOverAsync(batch, claimant, limit, until), owner, cancellationToken);
    }

    public Task<IReadOnlyList<StoredMessage>> ContextAsync(string runId, CancellationToken cancellationToken) =>
        database.CallAsync(batch => Snapshots.ContextAsync(batch, runId), cancellationToken);

    public Task<ThreadSnapshot?> SnapshotAsync(string threadId, CancellationToken cancellationToken) =>
        database.CallAsync(batch => Snapshots.ReadAsync(batch, threadId), cancellationToken);

    public Task<ThreadPage> ThreadsAsync(string? before, int limit, CancellationToken cancellationToken) =>
        database.CallAsync(batch => ThreadsList.PageAsync(batch, before, limit), cancellationToken);

    public Task RemoveAsync(string threadId, CancellationToken cancellationToken) =>
        database.CallAsync(
            async batch =>
            {
                await batch.Add("DELETE FROM threads WHERE id = $1", threadId).RunAsync();
                return true;
            },
            cancellationToken);

    public Task RemoveSelfTestsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) =>
        database.CallAsync(
            async batch =>
            {
                await batch.Add(
                    "DELETE FROM threads WHERE id >= $1 AND id < $2 AND selftest AND created_at < $3",
                    prefix, StoredValues.After(prefix), before.ToUnixTimeMilliseconds()).RunAsync();
                return true;
            },
            cancellationToken);

    public Task SaveIncidentAsync(StoredIncident incident, CancellationToken cancellationToken) =>
        database.CallAsync(batch => OperatorsView.SaveAsync(batch, incident), cancellationToken);

    public Task<IReadOnlyList<StoredIncident>> IncidentsAsync(DateTimeOffset? before, int limit, CancellationToken cancellationToken) =>
        database.CallAsync(batch => OperatorsView.NewestAsync(batch, before, limit), cancellationToken);

    public Task<StoredIncident?> IncidentAsync(string id, CancellationToken cancellationToken) =>
        database.CallAsync(batch => OperatorsView.OneAsync(batch, id), cancellationToken);

    public Task SayAliveAsync(StoredInstance instance, CancellationToken cancellationToken) =>
        database.CallAsync(batch => OperatorsView.SayAliveAsync(batch, instance), cancellationToken);

    public Task<IReadOnlyList<(StoredInstance Instance, TimeSpan Ago)>> InstancesAsync(TimeSpan within, CancellationToken cancellationToken) =>
        database.CallAsync(batch => OperatorsView.AliveAsync(batch, within), cancellationToken);

    public Task SayGoneAsync(string id, CancellationToken cancellationToken) =>
        database.CallAsync(batch => OperatorsView.SayGoneAsync(batch, id), cancellationToken);

    /// <summary>The connections belong to <see cref="PostgresDatabase"/>.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // The call has one name, and the lease begins, before it is first sent: what a later attempt finds of an earlier one is its own.
    private Task<T> ClaimingAsync<T>(Func<Batch, Claimant, Task<T>> call, string owner, CancellationToken cancellationToken)
    {
        var claimant = new Claimant(owner, Guid.NewGuid(), new(clock.GetTimestamp(), lease));
        return database.CallAsync(batch => call(batch, claimant), cancellationToken);
    }
}

/// <summary>Who claims threads, in which call, and for how long.</summary>
internal sealed record Claimant(string Owner, Guid Call, LeaseTerm Lease);
