using System.Text;
using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>The checks of a command that need no server.</summary>
internal static class CommandCheck
{
    /// <summary>What is wrong with a command by the bounds of docs/protocol.md §2 and §3; null if nothing is.</summary>
    public static Failure? Of(Command command) => command switch
    {
        RunCommand run => CheckId(run.ThreadId, "threadId") ?? CheckId(run.MessageId, "messageId")
            ?? (run.Agent is { } agent ? CheckId(agent, "agent") : null) ?? CheckText(run.Text),
        _ => null,
    };

    public static Failure? CheckId(string id, string field) => Limits.IsId(id)
        ? null
        : new(ErrorCode.InvalidCommand.Name, $"{field} must be 1 to {Limits.IdChars} characters out of A-Z a-z 0-9 . _ : -");

    private static Failure? CheckText(string text) => text.Length switch
    {
        0 => new(ErrorCode.InvalidCommand.Name, "text must not be empty"),
        _ when Encoding.UTF8.GetByteCount(text) is > Limits.TextBytes and var bytes =>
            new(ErrorCode.TextTooLong.Name, $"the text is {bytes} bytes long, the limit is {Limits.TextBytes}"),
        _ => null,
    };
}
