using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>Commands as bytes, and the checks that need no server.</summary>
internal static class CommandJson
{
    // The default encoder writes every character beyond ASCII as \uXXXX: 32 KiB of Chinese text would then not fit a frame.
    private static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] ToUtf8(Command command)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Unescaped))
            JsonSerializer.Serialize(writer, command, MessageJson.Default.GetTypeInfo(command.GetType())
                ?? throw new ArgumentException($"{command.Type} is no command of the protocol.", nameof(command)));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What is wrong with a command by the bounds of docs/protocol.md §2 and §3; null if nothing is.</summary>
    public static Failure? Check(Command command) => command switch
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
