using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>What a client knows of one thread at one position. Immutable; later events make a new view.</summary>
/// <param name="Cursor">The position; null until the first snapshot.</param>
/// <param name="Messages">In the order of the thread, the one that is still being written included.</param>
/// <param name="Run">The active run, or null.</param>
/// <param name="Queued">Messages that wait for the active run, in order.</param>
/// <param name="Interrupts">Questions that are open.</param>
public sealed record ThreadView(
    string ThreadId, string? Cursor, IReadOnlyList<ThreadMessage> Messages, ThreadRun? Run,
    IReadOnlyList<QueuedRun> Queued, IReadOnlyList<Interrupt> Interrupts);

/// <summary>The active run of a thread.</summary>
/// <param name="Agent">Null if the run was seen to start: no event names the agent, only a snapshot does.</param>
public sealed record ThreadRun(string RunId, string? Agent = null);
