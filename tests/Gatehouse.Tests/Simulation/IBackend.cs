using Gatehouse.Log;
using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Tests.Simulation;

/// <summary>
/// What keeps the one thread of a simulated world, its store and its log: plain models, or the real ones, so that the same
/// histories are played on both.
/// </summary>
internal interface IBackend
{
    AcceptResult Accept(NewRun run, string owner);

    AcceptResult Answer(NewAnswer answer, string owner);

    void Cancel(string runId);

    /// <summary>Claims the thread; the lease of whoever owns it has run out.</summary>
    Claim? Claim(string owner);

    /// <returns>The runs that are to be cancelled; null if the generation is not the thread's any more.</returns>
    IReadOnlyList<string>? Renew(string owner, long generation);

    CheckpointVerdict Write(Checkpoint checkpoint);

    Proceeding Proceed(long generation);

    CheckpointVerdict Release(long generation);

    ThreadSnapshot? Snapshot();

    /// <summary>Whether a run is not closed.</summary>
    bool HasOpenRuns();

    LogAnswer Begin(LogCall.Begin begin);

    /// <returns>The answer, and whether the entries were added and not there before.</returns>
    (LogAnswer Answer, bool Added) Append(LogCall.Append append);

    LogSlice Read(Position after, int limit);

    /// <summary>The log loses everything.</summary>
    void Flush();

    void Dump();

    /// <summary>The log goes back to the last dump; to nothing if there is none.</summary>
    void Rewind();
}
