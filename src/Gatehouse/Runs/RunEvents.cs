using System.Text.Json;
using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Runs;

/// <summary>The events that frame a run: its start, its one end, and the records that are Gatehouse's own.</summary>
internal static class RunEvents
{
    private static readonly JsonElement ApprovalSchema = JsonElement.Parse(
        """{"type":"object","properties":{"approved":{"type":"boolean"},"reason":{"type":"string"}},"required":["approved"]}"""u8);

    public static IEnumerable<byte[]> Start(string threadId, OpenRun run, DateTimeOffset now)
    {
        yield return new RunStarted(threadId, run.RunId, now.ToUnixTimeMilliseconds()).ToUtf8();
        if (run.Prompt is not { } prompt) yield break;
        yield return new TextMessageStart(prompt.Id, prompt.Role).ToUtf8();
        yield return new TextMessageContent(prompt.Id, prompt.Content!).ToUtf8();
        yield return new TextMessageEnd(prompt.Id).ToUtf8();
    }

    public static byte[] Terminal(
        string threadId, OpenRun run, RunEnd end, RunFailure? failure, IReadOnlyList<Interrupt> interrupts, DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeMilliseconds();
        if (end is RunEnd.Failed) return new RunError(failure!.Message, failure.Code, timestamp).ToUtf8();
        var outcome = end switch
        {
            RunEnd.Cancelled => new RunOutcome("cancelled"),
            RunEnd.Interrupted => new RunOutcome("interrupt", interrupts),
            _ => new RunOutcome("success"),
        };
        return new RunFinished(threadId, run.RunId, outcome, Usage(run.Usage), timestamp).ToUtf8();
    }

    public static byte[] Rewound() =>
        new CustomEvent(CustomEvent.Rewound, JsonElement.Parse("""{"reason":"takeover"}"""u8)).ToUtf8();

    public static byte[] Queued(string runId, string messageId, string text) =>
        new CustomEvent(CustomEvent.Queued, JsonSerializer.SerializeToElement(
            new QueuedRun(runId, messageId, text), MessageJson.Default.QueuedRun)).ToUtf8();

    public static Interrupt Ask(OpenRun run, PendingCall call) => new(
        $"{run.RunId}.interrupt", "tool_call",
        call.Begun
            ? $"The server stopped while {call.Tool} was running, and its outcome is unknown. Run it again?"
            : $"May {call.Tool} run?",
        call.CallId, ApprovalSchema);

    private static TokenUsage[]? Usage(RunUsage used) => used == default
        ? null
        : [new(null, null, used.InputTokens, used.OutputTokens, used.InputTokens + used.OutputTokens)];
}
