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
            **{Phrase.Count(usage.InputTokens + usage.OutputTokens, "token")} in {Phrase.Count(ended, "run")}** since this server started {Phrase.Seconds(usage.SinceSeconds)} ago. These are the whole server's figures; it keeps none for single users.

            - Tokens: {usage.InputTokens} read by models, {usage.OutputTokens} written
            - Runs: {usage.RunsSucceeded} succeeded, {usage.RunsInterrupted} asked the user, {usage.RunsCancelled} cancelled, {usage.RunsFailed} failed, {usage.RunsActive} active
            - Work: {Phrase.Count(usage.Steps, "step")}, {Phrase.Count(usage.ToolCalls, "tool call")} ({failed})
            - Events: {usage.EventsAppended} appended, {usage.EventsDelivered} delivered to readers
            """;
    }
}
