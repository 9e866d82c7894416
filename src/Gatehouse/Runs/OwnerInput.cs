using Gatehouse.Log;
using Gatehouse.Store;

namespace Gatehouse.Runs;

/// <summary>What an <see cref="OwnerMachine"/> is told.</summary>
internal abstract record OwnerInput
{
    /// <summary>The answer to its log call; null if it was lost.</summary>
    public sealed record LogAnswered(LogAnswer? Answer) : OwnerInput;

    /// <summary>The answer to its checkpoint; null if it was lost.</summary>
    public sealed record CheckpointAnswered(CheckpointVerdict? Verdict) : OwnerInput;

    /// <summary>The answer to <see cref="OwnerEffect.Proceed"/>: the next run, or null for none, in which case the thread has been released.</summary>
    public sealed record Proceeded(bool Stale, OpenRun? Run) : OwnerInput;

    /// <summary>The answer to <see cref="OwnerEffect.Proceed"/> was lost.</summary>
    public sealed record ProceedLost : OwnerInput
    {
        public static readonly ProceedLost Instance = new();
    }

    /// <summary>The model has said something.</summary>
    public sealed record ModelSaid(string RunId, int Step, ModelDelta Delta) : OwnerInput;

    /// <summary>The model call has ended; with a failure, or null.</summary>
    public sealed record ModelEnded(string RunId, int Step, RunFailure? Failure) : OwnerInput;

    /// <summary>A tool has answered, or failed with an error.</summary>
    public sealed record ToolEnded(string CallId, string Content, string? Error) : OwnerInput;

    /// <summary>A run is to be cancelled.</summary>
    public sealed record Cancel(string RunId) : OwnerInput;

    /// <summary>A message waits behind the active run.</summary>
    public sealed record Queued(string RunId, string MessageId, string Text) : OwnerInput;

    /// <summary>The lease is proved to last until then: measured from before the store was asked, so rather too early than too late.</summary>
    public sealed record Leased(DateTimeOffset Until) : OwnerInput;

    /// <summary>The store says that the thread has another owner.</summary>
    public sealed record LeaseLost : OwnerInput
    {
        public static readonly LeaseLost Instance = new();
    }

    /// <summary>The thread is to go to another instance: at the next step boundary, or with <paramref name="AtOnce"/> without waiting for what is under way.</summary>
    public sealed record HandOver(bool AtOnce) : OwnerInput;

    /// <summary>The answer to <see cref="OwnerEffect.Release"/>; false if it was lost.</summary>
    public sealed record Released(bool Answered) : OwnerInput;

    /// <summary>Time has passed.</summary>
    public sealed record Tick : OwnerInput
    {
        public static readonly Tick Instance = new();
    }
}

/// <summary>A piece of a model's answer.</summary>
internal abstract record ModelDelta
{
    public sealed record Text(string Value) : ModelDelta;

    public sealed record Reasoning(string Value) : ModelDelta;

    public sealed record Call(string Tool, string Arguments) : ModelDelta;

    public sealed record Usage(RunUsage Tokens) : ModelDelta;

    /// <summary>Bytes in memory of what it says.</summary>
    public int Bytes => sizeof(char) * this switch
    {
        Text text => text.Value.Length,
        Reasoning reasoning => reasoning.Value.Length,
        Call call => call.Arguments.Length,
        _ => 0,
    };
}

/// <summary>Why a run failed: a code of docs/protocol.md §6 and a text that the user may read.</summary>
internal sealed record RunFailure(string Code, string Message);
