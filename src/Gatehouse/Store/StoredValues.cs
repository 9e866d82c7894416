using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Store;

/// <summary>The words and numbers by which states, outcomes, tool calls and digests stand in columns, the same in every database.</summary>
internal static class StoredValues
{
    /// <summary>The digest of a position: its 64 bits as a signed number, which is what databases have.</summary>
    public static long Digest(Position position) => unchecked((long)position.Digest);

    public static Position Position(long seq, long digest) => new(seq, unchecked((ulong)digest));

    /// <summary>The first text behind all that begin with an ASCII prefix, byte by byte.</summary>
    public static string After(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);

    /// <summary>As AG-UI has them; null if there are none.</summary>
    public static string? ToolCalls(IReadOnlyList<ToolCall>? calls) =>
        calls is { Count: > 0 } ? JsonSerializer.Serialize(calls, MessageJson.Default.IReadOnlyListToolCall) : null;

    public static IReadOnlyList<ToolCall>? ToolCalls(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, MessageJson.Default.IReadOnlyListToolCall);

    public static RunState State(string text) => text switch
    {
        "queued" => RunState.Queued,
        "running" => RunState.Running,
        "closing" => RunState.Closing,
        _ => RunState.Closed,
    };

    public static string Outcome(RunEnd end) => end switch
    {
        RunEnd.Finished => "finished",
        RunEnd.Failed => "failed",
        RunEnd.Cancelled => "cancelled",
        _ => "interrupted",
    };

    public static RunEnd? Outcome(string? text) => text switch
    {
        null => null,
        "finished" => RunEnd.Finished,
        "failed" => RunEnd.Failed,
        "cancelled" => RunEnd.Cancelled,
        _ => RunEnd.Interrupted,
    };
}
