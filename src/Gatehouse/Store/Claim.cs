using Gatehouse.Protocol;

namespace Gatehouse.Store;

/// <summary>The ownership of a thread, as the store has granted it.</summary>
/// <param name="Generation">The fencing token; every claim has a higher one.</param>
/// <param name="Position">The position of the last checkpoint.</param>
/// <param name="Orderly">Whether the thread had no owner. If not, the previous one is taken for dead, whatever it left open.</param>
/// <param name="Run">The run to go on with, or the next one in the queue; null if there is none.</param>
internal sealed record Claim(string ThreadId, long Generation, Position Position, bool Orderly, OpenRun? Run)
{
    /// <summary>How long nobody else can claim it; null where nobody else ever can.</summary>
    public LeaseTerm? Lease { get; init; }
}

/// <summary>
/// How long a lease lasts as its holder may believe: from <paramref name="AskedAt"/>, a timestamp of its own clock taken before
/// the store was asked, so that it ends here before it ends there.
/// </summary>
internal readonly record struct LeaseTerm(long AskedAt, TimeSpan Length)
{
    /// <summary>
    /// Renewals come a third of a lease apart. Where they are further apart than this, something stood still, perhaps for all, and who
    /// has not renewed may yet be alive: nothing is taken over.
    /// </summary>
    public static TimeSpan Gap(TimeSpan lease) => lease / 2;

    /// <summary>What is left of it; negative when it is over.</summary>
    public TimeSpan Left(TimeProvider clock) => Length - clock.GetElapsedTime(AskedAt);
}

/// <summary>The answer to <see cref="IStore.RenewAsync"/>.</summary>
internal sealed record Renewal(LeaseTerm? Lease, IReadOnlyList<OwnedThread> Threads);

/// <summary>A thread of the asking owner.</summary>
/// <param name="Cancelled">Its open runs that are to be cancelled.</param>
internal sealed record OwnedThread(string ThreadId, long Generation, IReadOnlyList<string> Cancelled);

internal enum RunState
{
    Queued,
    Running,

    /// <summary>The outcome is decided; its terminal event may or may not be in the log.</summary>
    Closing,
    Closed,
}

/// <summary>A run that has not been closed, with all that its owner needs to go on with it.</summary>
internal sealed record OpenRun(string RunId, string Agent, RunState State)
{
    /// <summary>The user's message that the run answers; null for a run that answers an interrupt.</summary>
    public StoredMessage? Prompt { get; init; }

    /// <summary>When it began to run; null while queued.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Model calls that have ended.</summary>
    public int Steps { get; init; }

    public bool CancelRequested { get; init; }

    /// <summary>Whether a message of the step under way has been checkpointed in part.</summary>
    public bool HasDraft { get; init; }

    /// <summary>Whether the last model call has ended without tool calls: nothing is left to do but to close.</summary>
    public bool Answered { get; init; }

    /// <summary>Tool calls of the last model call that have no result yet, in order.</summary>
    public IReadOnlyList<PendingCall> PendingCalls { get; init; } = [];

    /// <summary>How a <see cref="RunState.Closing"/> run ended.</summary>
    public RunEnd? End { get; init; }

    /// <summary>The terminal event of a <see cref="RunState.Closing"/> run.</summary>
    public byte[]? Terminal { get; init; }

    /// <summary>Tokens used so far.</summary>
    public RunUsage Usage { get; init; }
}

/// <summary>A tool call without a result.</summary>
/// <param name="Begun">Whether it was begun by an owner: its outcome is unknown.</param>
/// <param name="Approved">The user's answer, if the call was put to them.</param>
internal sealed record PendingCall(string CallId, string Tool, string Arguments, bool Begun = false, bool? Approved = null, string? Denial = null);

internal readonly record struct RunUsage(long InputTokens, long OutputTokens)
{
    public static RunUsage operator +(RunUsage a, RunUsage b) => new(a.InputTokens + b.InputTokens, a.OutputTokens + b.OutputTokens);
}

/// <summary>A message as the store keeps it.</summary>
/// <param name="ToolCalls">Of an assistant's message.</param>
/// <param name="ToolCallId">Of a tool's message: the call that it answers.</param>
/// <param name="Error">Of a tool's message: why the call failed.</param>
internal sealed record StoredMessage(
    string Id, string Role, string? Content, IReadOnlyList<ToolCall>? ToolCalls = null, string? ToolCallId = null, string? Error = null)
{
    public bool Equals(StoredMessage? other) =>
        other is not null && Id == other.Id && Role == other.Role && Content == other.Content && ToolCallId == other.ToolCallId
        && Error == other.Error && (ToolCalls ?? []).SequenceEqual(other.ToolCalls ?? []);

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
}
