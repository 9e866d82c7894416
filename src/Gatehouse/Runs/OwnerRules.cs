using Gatehouse.Store;

namespace Gatehouse.Runs;

/// <summary>What an <see cref="OwnerMachine"/> holds itself to.</summary>
/// <param name="AppendInterval">About this long between two appends of streaming text; the first goes at once.</param>
/// <param name="RunBudget">A run that takes longer fails.</param>
/// <param name="MaxSteps">A run with more model calls fails.</param>
/// <param name="CheckpointEvery">A long step is checkpointed in part after so many events: half of the log's window.</param>
/// <param name="Tool">What is known of an agent's tool; null if there is none of that name.</param>
internal sealed record OwnerRules(
    TimeSpan AppendInterval, TimeSpan RunBudget, int MaxSteps, int CheckpointEvery, Func<string, string, ToolRules?> Tool)
{
    private const int BeatsInInterval = 4;

    /// <summary>
    /// When text may be appended again. On a beat that all owners share, so up to a quarter of the interval early after the first append:
    /// then those that stream are woken together.
    /// </summary>
    public DateTimeOffset NextAppend(DateTimeOffset now)
    {
        var beat = AppendInterval.Ticks / BeatsInInterval;
        return beat == 0 ? now : new((now.UtcTicks + AppendInterval.Ticks) / beat * beat, TimeSpan.Zero);
    }

    /// <summary>How a run ends that takes longer than its budget.</summary>
    public (RunEnd, RunFailure?) OverBudget => (RunEnd.Failed, new("budget_exceeded", $"The run was ended after {RunBudget.TotalSeconds:0} seconds."));
}

/// <param name="Idempotent">A call of unknown outcome may simply be made again.</param>
/// <param name="NeedsApproval">The user is asked before each call.</param>
internal readonly record struct ToolRules(bool Idempotent, bool NeedsApproval);
