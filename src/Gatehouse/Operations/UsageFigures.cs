namespace Gatehouse.Operations;

/// <summary>What this server has done since it started.</summary>
internal sealed record UsageFigures(
    double SinceSeconds,
    long InputTokens,
    long OutputTokens,
    long RunsSucceeded,
    long RunsInterrupted,
    long RunsCancelled,
    long RunsFailed,
    long RunsActive,
    long Steps,
    long ToolCalls,
    long ToolCallsFailed,
    long EventsAppended,
    long EventsDelivered);
