using Gatehouse.Log;
using Gatehouse.Store;

namespace Gatehouse.Runs;

/// <summary>What an <see cref="OwnerMachine"/> wants done. Each is answered by one <see cref="OwnerInput"/>, except where it says otherwise.</summary>
internal abstract record OwnerEffect
{
    public sealed record CallLog(LogCall Call) : OwnerEffect;

    public sealed record Write(Checkpoint Checkpoint) : OwnerEffect;

    /// <summary>Ask the store for the next run, and release the thread if there is none.</summary>
    public sealed record Proceed : OwnerEffect
    {
        public static readonly Proceed Instance = new();
    }

    /// <summary>Give the thread up with its runs open, so that whoever comes first goes on with them.</summary>
    public sealed record Release : OwnerEffect
    {
        public static readonly Release Instance = new();
    }

    /// <summary>Call the model with the thread's messages. Answered by any number of ModelSaid and one ModelEnded.</summary>
    public sealed record CallModel(OpenRun Run, int Step) : OwnerEffect;

    public sealed record CallTool(OpenRun Run, PendingCall Call) : OwnerEffect;

    /// <summary>Cancel the model or tool call under way. Its answers are no longer expected, and ignored.</summary>
    public sealed record StopWork : OwnerEffect
    {
        public static readonly StopWork Instance = new();
    }

    /// <summary>Tell a <see cref="OwnerInput.Tick"/> at this time. A later one replaces it.</summary>
    public sealed record Wake(DateTimeOffset At) : OwnerEffect;

    /// <summary>A run has ended and its terminal event is in the log. Not answered.</summary>
    public sealed record RunEnded(OpenRun Run, RunEnd End) : OwnerEffect;

    /// <summary>The machine is done: released, or no longer the owner. Not answered.</summary>
    public sealed record Stop(OwnerStop Reason) : OwnerEffect;
}

/// <summary>Why an owner stopped.</summary>
internal enum OwnerStop
{
    /// <summary>No run is left; the thread has been released.</summary>
    Released,

    /// <summary>The thread has been given up with its runs open.</summary>
    HandedOver,

    /// <summary>The thread has another owner.</summary>
    Fenced,

    /// <summary>The log's head could not be continued. The thread is to be claimed anew.</summary>
    Diverged,
}
