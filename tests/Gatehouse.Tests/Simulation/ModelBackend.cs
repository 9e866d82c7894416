using Gatehouse.Log;
using Gatehouse.Protocol;
using Gatehouse.Store;
using Gatehouse.Tests.Store;

namespace Gatehouse.Tests.Simulation;

/// <summary>The rules of store and log once each, in plain lists.</summary>
internal sealed class ModelBackend(TimeProvider clock) : IBackend
{
    public const int Window = 6;

    private readonly ModelStoreCore _store = new(clock);
    private ThreadLog? _log;
    private ThreadLog? _dump;

    public AcceptResult Accept(NewRun run, string owner) => _store.Accept(run, owner);

    public AcceptResult Answer(NewAnswer answer, string owner) => _store.Answer(answer, owner);

    public void Cancel(string runId) => _store.Cancel(runId);

    public Claim? Claim(string owner) => _store.Claim(World.Thread, owner);

    public IReadOnlyList<string>? Renew(string owner, long generation) =>
        _store.Renew(owner).Threads.FirstOrDefault(thread => thread.Generation == generation)?.Cancelled;

    public CheckpointVerdict Write(Checkpoint checkpoint) => _store.Write(checkpoint);

    public Proceeding Proceed(long generation) => _store.Proceed(World.Thread, generation);

    public CheckpointVerdict Release(long generation) => _store.Release(World.Thread, generation);

    public ThreadSnapshot? Snapshot() => _store.Snapshot(World.Thread);

    public bool HasOpenRuns() => _store.Abandoned("nobody").Count > 0;

    public LogAnswer Begin(LogCall.Begin begin) => (_log ??= new(Window)).Begin(begin.Generation, begin.Position);

    public (LogAnswer Answer, bool Added) Append(LogCall.Append append)
    {
        if (_log is null) return (new(LogVerdict.Diverged, Position.Start), false);
        var before = _log.Head;
        var answer = _log.Append(append.Generation, append.Expected, append.Entries, append.Checkpoint);
        return (answer, answer.Verdict is LogVerdict.Done && before != answer.Head);
    }

    public LogSlice Read(Position after, int limit) => _log?.Read(after, limit) ?? LogSlice.None;

    public void Flush() => _log = null;

    public void Dump() => _dump = _log?.Copy();

    public void Rewind() => _log = _dump?.Copy();
}
