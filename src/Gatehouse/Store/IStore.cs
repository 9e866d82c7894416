using Gatehouse.Protocol;

namespace Gatehouse.Store;

/// <summary>
/// Where threads, messages and runs are kept, and who owns a thread is decided. Every call is one transaction: it has happened
/// as a whole or not at all. All members may be called concurrently. A call that throws may or may not have happened; each one
/// may be made again.
/// </summary>
/// <remarks>The contract is the suite <c>StoreContract</c>, which every implementation passes.</remarks>
internal interface IStore : IAsyncDisposable
{
    /// <summary>Adds a message and its run; makes <paramref name="owner"/> the owner of the thread if it has none.</summary>
    Task<AcceptResult> AcceptAsync(NewRun run, string owner, CancellationToken cancellationToken);

    /// <summary>Resolves an interrupt and adds the run that goes on from it.</summary>
    Task<AcceptResult> AnswerAsync(NewAnswer answer, string owner, CancellationToken cancellationToken);

    /// <summary>Marks a run as to be cancelled.</summary>
    /// <returns>The run's thread; null if there is no such run.</returns>
    Task<string?> CancelAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Makes <paramref name="owner"/> the owner of a thread, unless another one holds a lease on it.</summary>
    /// <returns>Null if another one does, or there is no such thread.</returns>
    Task<Claim?> ClaimAsync(string threadId, string owner, CancellationToken cancellationToken);

    /// <summary>
    /// Writes one transition of a run, if the generation is the thread's. One that lies before the thread's position has been
    /// written already and arrives again, late: it is answered Done and changes nothing.
    /// </summary>
    Task<CheckpointVerdict> WriteAsync(Checkpoint checkpoint, CancellationToken cancellationToken);

    /// <summary>The thread's next open run; if there is none, the thread is released.</summary>
    Task<Proceeding> ProceedAsync(string threadId, long generation, CancellationToken cancellationToken);

    /// <summary>Gives a thread up with its runs open, so that anyone may claim it at once.</summary>
    Task<CheckpointVerdict> ReleaseAsync(string threadId, long generation, CancellationToken cancellationToken);

    /// <summary>Prolongs the leases of all threads of <paramref name="owner"/>. A thread that is not in the answer is not its own any more.</summary>
    Task<Renewal> RenewAsync(string owner, CancellationToken cancellationToken);

    /// <summary>
    /// Claims threads with open runs that nobody owns, or another one whose lease has run out. Callers at the same time share
    /// them among themselves. Nothing is claimed by a call that an outage has held back: where leases end, the latest renewal of
    /// <paramref name="owner"/>, if there was one, must be younger than <see cref="LeaseTerm.Gap"/>.
    /// </summary>
    Task<IReadOnlyList<Claim>> TakeOverAsync(string owner, int limit, CancellationToken cancellationToken);

    /// <summary>The messages that a run's model sees: those of earlier runs, and its own.</summary>
    Task<IReadOnlyList<StoredMessage>> ContextAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The thread and its position, read as one.</summary>
    Task<ThreadSnapshot?> SnapshotAsync(string threadId, CancellationToken cancellationToken);

    /// <summary>Threads, newest first, those after <paramref name="before"/> (a <see cref="ThreadPage.Next"/>).</summary>
    Task<ThreadPage> ThreadsAsync(string? before, int limit, CancellationToken cancellationToken);

    /// <summary>Removes a thread and all that belongs to it.</summary>
    Task RemoveAsync(string threadId, CancellationToken cancellationToken);

    /// <summary>Removes the self-tests' threads that were made before a time: a process that dies in the middle of one leaves it.</summary>
    /// <param name="prefix">What their ids begin with, so that no other thread has to be looked at. ASCII.</param>
    Task RemoveSelfTestsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken);
}

/// <param name="RunId">Proposed; a message that was accepted before keeps its run.</param>
/// <param name="SelfTest">The thread is the server's own proof that it works, and hidden from users.</param>
internal sealed record NewRun(string ThreadId, string MessageId, string Text, string Agent, string RunId, DateTimeOffset At, bool SelfTest = false);

/// <param name="Approved">What the payload says.</param>
/// <param name="Denial">The reason the payload gives for a refusal.</param>
internal sealed record NewAnswer(string InterruptId, string Payload, bool Approved, string? Denial, string RunId, DateTimeOffset At);

/// <summary>What became of a message or an answer.</summary>
internal abstract record AcceptResult
{
    /// <param name="Cursor">The thread's stored position when it was accepted.</param>
    /// <param name="Queued">Open runs before this one.</param>
    /// <param name="Claim">The thread had no owner and now has the caller.</param>
    /// <param name="Again">It had been accepted before.</param>
    public sealed record Done(string ThreadId, string RunId, Position Cursor, int Queued, Claim? Claim, bool Again) : AcceptResult;

    /// <summary>The id was used for something else.</summary>
    public sealed record Conflict : AcceptResult;

    public sealed record QueueFull : AcceptResult;

    public sealed record UnknownInterrupt : AcceptResult;
}

/// <summary>The answer to <see cref="IStore.ProceedAsync"/>.</summary>
internal sealed record Proceeding(bool Stale, OpenRun? Run);

/// <summary>A thread at one position.</summary>
internal sealed record ThreadSnapshot(
    Position Position, IReadOnlyList<StoredMessage> Messages, ActiveRun? Run,
    IReadOnlyList<QueuedRun> Queued, IReadOnlyList<Interrupt> Interrupts);

internal sealed record ThreadPage(IReadOnlyList<ThreadSummary> Threads, string? Next);
