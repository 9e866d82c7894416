using Gatehouse.Operations;
using Gatehouse.Store;

namespace Gatehouse.Runs;

/// <summary>What a thread's owner counts. The self-test is outside every measure.</summary>
internal sealed class RunMeasures(GatehouseMetrics metrics, bool selfTest)
{
    private string? _run;       // the run that has been counted as started

    public void Appended(int events)
    {
        if (!selfTest) metrics.Appended(events);
    }

    public void StepBegun(OpenRun run)
    {
        if (selfTest) return;
        if (_run != run.RunId) metrics.RunStarted();
        _run = run.RunId;
        metrics.StepBegun(StepKind.Model);
    }

    public void ToolCalled(string? error)
    {
        if (selfTest) return;
        metrics.StepBegun(StepKind.Tool);
        metrics.ToolCalled(error is null ? ToolOutcome.Succeeded : ToolOutcome.Failed);
    }

    public void Ended(OpenRun run, RunEnd end, DateTimeOffset now)
    {
        if (selfTest) return;
        if (_run != run.RunId) metrics.RunStarted();
        _run = null;
        metrics.TokensUsed(run.Usage.InputTokens, run.Usage.OutputTokens);
        metrics.RunEnded(end switch
        {
            RunEnd.Finished => RunOutcome.Success,
            RunEnd.Interrupted => RunOutcome.Interrupt,
            RunEnd.Cancelled => RunOutcome.Cancelled,
            _ => RunOutcome.Failed,
        }, run.StartedAt is { } started ? now - started : TimeSpan.Zero);
    }

    /// <summary>The thread is owned here no more, with or without an end of its run.</summary>
    public void Left()
    {
        if (_run is not null) metrics.RunLeft();
        _run = null;
    }
}
