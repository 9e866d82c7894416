using Gatehouse.Protocol;

namespace Gatehouse.Store;

/// <summary>
/// One durable transition of a run, written by the thread's owner in one transaction. It fails if the generation is stale,
/// and to write it again is to write it once: an answer that was lost is asked for by the same call.
/// </summary>
/// <param name="Position">Where the log stands with this transition: a snapshot read after it is exact at this position.</param>
internal sealed record Checkpoint(string ThreadId, long Generation, string RunId, Position Position, RunChange Change);

/// <summary>What a checkpoint changes.</summary>
internal abstract record RunChange
{
    /// <summary>queued → running; the run's message is part of the thread from here on.</summary>
    public sealed record Started(DateTimeOffset At) : RunChange;

    /// <summary>After a takeover: what the previous owner had left half-said is gone.</summary>
    public sealed record Rewound : RunChange;

    /// <summary>A model call has said this so far (<paramref name="Open"/>), or has ended having said it.</summary>
    /// <param name="BrokenOff">The call was ended early: nothing follows in this step but the end of the run.</param>
    public sealed record Said(int Step, IReadOnlyList<StoredMessage> Messages, bool Open, RunUsage Usage, bool BrokenOff = false) : RunChange
    {
        public override string ToString() => $"Said {{ Step = {Step}, Open = {Open} }}";
    }

    /// <summary>A tool is about to be called.</summary>
    public sealed record ToolBegun(string CallId) : RunChange;

    /// <summary>A tool has answered; the call is never made again.</summary>
    public sealed record ToolEnded(string CallId, StoredMessage Result) : RunChange;

    /// <summary>running → closing: the outcome is decided, and with it the one terminal event. What is open of the run's messages is so no more.</summary>
    public sealed record Closing(RunEnd End, byte[] Terminal, IReadOnlyList<Interrupt> Interrupts) : RunChange;

    /// <summary>closing → closed: the terminal event is in the log.</summary>
    public sealed record Closed : RunChange;
}

/// <summary>How a run ended.</summary>
internal enum RunEnd
{
    Finished,
    Failed,
    Cancelled,
    Interrupted,
}

/// <summary>What the store says to a checkpoint.</summary>
internal enum CheckpointVerdict
{
    Done,

    /// <summary>The thread has another owner by now.</summary>
    Stale,
}
