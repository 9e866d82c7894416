using Gatehouse.Operations;

namespace Gatehouse.Agents.Ops;

/// <summary>What has been used since the start.</summary>
internal static class UsageAnswer
{
    public static string Write(UsageFigures usage)
    {
        var ended = usage.RunsSucceeded + usage.RunsInterrupted + usage.RunsCancelled + usage.RunsFailed;
        var failed = usage.ToolCallsFailed == 0 ? "none failed" : $"{usage.ToolCallsFailed} failed";
        return
            $"""
            **{Wording.Count(usage.InputTokens + usage.OutputTokens, "token")} in {Wording.Count(ended, "run")}** since this server started {Wording.Seconds(usage.SinceSeconds)} ago. These are the whole server's figures; it keeps none for single users.

            - Tokens: {usage.InputTokens} read by models, {usage.OutputTokens} written
            - Runs: {usage.RunsSucceeded} succeeded, {usage.RunsInterrupted} asked the user, {usage.RunsCancelled} cancelled, {usage.RunsFailed} failed, {usage.RunsActive} active
            - Work: {Wording.Count(usage.Steps, "step")}, {Wording.Count(usage.ToolCalls, "tool call")} ({failed})
            - Events: {usage.EventsAppended} appended, {usage.EventsDelivered} delivered to readers
            """;
    }
}
