using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

/// <summary><see cref="ModelStoreCore"/> behind the real interface, one call at a time.</summary>
internal sealed class ModelStore(TimeProvider clock, TimeSpan? lease = null) : IStore
{
    private readonly ModelStoreCore _core = new(clock, lease);
    private readonly Lock _gate = new();

    public Task<AcceptResult> AcceptAsync(NewRun run, string owner, CancellationToken cancellationToken) =>
        Do(core => core.Accept(run, owner));

    public Task<AcceptResult> AnswerAsync(NewAnswer answer, string owner, CancellationToken cancellationToken) =>
        Do(core => core.Answer(answer, owner));

    public Task<string?> CancelAsync(string runId, CancellationToken cancellationToken) => Do(core => core.Cancel(runId));

    public Task<Claim?> ClaimAsync(string threadId, string owner, CancellationToken cancellationToken) =>
        Do(core => core.Claim(threadId, owner));

    public Task<CheckpointVerdict> WriteAsync(Checkpoint checkpoint, CancellationToken cancellationToken) =>
        Do(core => core.Write(checkpoint));

    public Task<Proceeding> ProceedAsync(string threadId, long generation, CancellationToken cancellationToken) =>
        Do(core => core.Proceed(threadId, generation));

    public Task<IReadOnlyList<StoredMessage>> ContextAsync(string runId, CancellationToken cancellationToken) =>
        Do(core => core.Context(runId));

    public Task<ThreadSnapshot?> SnapshotAsync(string threadId, CancellationToken cancellationToken) =>
        Do(core => core.Snapshot(threadId));

    public Task<ThreadPage> ThreadsAsync(string? before, int limit, CancellationToken cancellationToken) =>
        Do(core => core.Threads(before, limit));

    public Task<CheckpointVerdict> ReleaseAsync(string threadId, long generation, CancellationToken cancellationToken) =>
        Do(core => core.Release(threadId, generation));

    public Task<Renewal> RenewAsync(string owner, CancellationToken cancellationToken) => Do(core => core.Renew(owner));

    public Task<IReadOnlyList<Claim>> TakeOverAsync(string owner, int limit, CancellationToken cancellationToken) =>
        Do(core => core.TakeOver(owner, limit));

    public Task RemoveAsync(string threadId, CancellationToken cancellationToken) => Do(core =>
    {
        core.Remove(threadId);
        return true;
    });

    public Task RemoveSelfTestsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) => Do(core =>
    {
        core.RemoveSelfTests(prefix, before);
        return true;
    });

    public void Lapse()
    {
        lock (_gate) _core.Lapse();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<T> Do<T>(Func<ModelStoreCore, T> call)
    {
        lock (_gate) return Task.FromResult(call(_core));
    }
}
