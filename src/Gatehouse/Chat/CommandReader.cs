using System.Text;
using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Chat;

/// <summary>A command, or why there is none.</summary>
internal readonly record struct CommandRead(Command? Command, ErrorMessage? Error);

/// <summary>
/// Reads commands out of what a client sent. Nothing that a client can send gets past it: whatever is not a command of
/// docs/protocol.md becomes an <c>error</c> that names what is wrong.
/// </summary>
internal static class CommandReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Limits.JsonDepth, AllowDuplicateProperties = false };

    /// <summary>Reads one object, for example <c>{"type":"cancel","id":7,"runId":"r1"}</c>.</summary>
    public static CommandRead Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return IsTooDeep(utf8.Span)
                ? Refuse(null, ErrorCode.TooDeep, $"JSON may be nested {Limits.JsonDepth} deep.")
                : Refuse(null, ErrorCode.InvalidJson, "Every line has to be one JSON object, with no field twice.");
        }
        catch (InvalidOperationException)
        {
            // JSON can write it, Unicode cannot: {"\ud800":1}
            return Refuse(null, ErrorCode.InvalidJson, "The name of a field is half a surrogate pair.");
        }
    }

    private static CommandRead Read(JsonElement json)
    {
        if (json.ValueKind is not JsonValueKind.Object)
            return Refuse(null, ErrorCode.InvalidCommand, "A command is a JSON object.");
        var fields = new Fields(json);
        var id = fields.Id();
        if (fields.Text("type", int.MaxValue) is not { } type) return Refuse(id, ErrorCode.InvalidCommand, fields.Fault!);
        if (Known(type) is not { } build)
            return Refuse(id, ErrorCode.UnknownType, "type has to be run, subscribe, unsubscribe, cancel, answer, threads or auth.");
        if (id is null)
            return Refuse(null, ErrorCode.InvalidCommand, $"id has to be an integer, or a string of 1 to {Limits.CommandIdChars} characters.");
        var command = build(fields, id.Value);
        if (fields.Fault is { } fault) return Refuse(id, ErrorCode.InvalidCommand, fault);
        return command is RunCommand run && Encoding.UTF8.GetByteCount(run.Text) > Limits.TextBytes
            ? Refuse(id, ErrorCode.TextTooLong, $"text may have {Limits.TextBytes} bytes of UTF-8.")
            : new(command, null);
    }

    private static Func<Fields, CommandId, Command>? Known(string type) => type switch
    {
        "run" => static (f, id) => new RunCommand(id, f.Id("threadId")!, f.Id("messageId")!, f.Text("text", int.MaxValue)!, f.Id("agent", optional: true)),
        "subscribe" => static (f, id) => new SubscribeCommand(id, f.Id("threadId")!, f.Text("cursor", Limits.IdChars, optional: true)),
        "unsubscribe" => static (f, id) => new UnsubscribeCommand(id, f.Id("threadId")!),
        "cancel" => static (f, id) => new CancelCommand(id, f.Id("runId")!),
        "answer" => static (f, id) => new AnswerCommand(id, f.Id("interruptId")!, f.Any("payload")),
        "threads" => static (f, id) => new ThreadsCommand(id, f.Text("before", 256, optional: true)),
        "auth" => static (f, id) => new AuthCommand(id, f.Text("token", int.MaxValue)!),
        _ => null,
    };

    private static CommandRead Refuse(CommandId? id, ErrorCode code, string message) => new(null, new(code.Name, message, id));

    // Only looked at when parsing has failed, to tell the two reasons apart.
    private static bool IsTooDeep(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
                if (reader.CurrentDepth > Limits.JsonDepth
                    || reader.CurrentDepth == Limits.JsonDepth && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    return true;
        }
        catch (JsonException)
        {
            return false;
        }
        return false;
    }

    /// <summary>The fields of a command; the first that is missing or wrong is kept as the fault.</summary>
    private sealed class Fields(JsonElement json)
    {
        public string? Fault { get; private set; }

        public CommandId? Id() => !json.TryGetProperty("id", out var id) ? null : id.ValueKind switch
        {
            JsonValueKind.String when Decoded(id) is { Length: > 0 and <= Limits.CommandIdChars } text => new CommandId(text, 0),
            JsonValueKind.Number when id.TryGetInt64(out var number) => new CommandId(number),
            _ => null,
        };

        public string? Id(string name, bool optional = false)
        {
            if (optional && !json.TryGetProperty(name, out _)) return null;
            if (json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
                && Decoded(value) is { } text && Limits.IsId(text)) return text;
            Fault ??= $"{name} has to be a string of 1 to {Limits.IdChars} characters out of A-Z a-z 0-9 . _ : -";
            return null;
        }

        public string? Text(string name, int maxChars, bool optional = false)
        {
            if (optional && !json.TryGetProperty(name, out _)) return null;
            if (json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
                && Decoded(value) is { Length: > 0 } text && text.Length <= maxChars) return text;
            Fault ??= $"{name} has to be a string{(maxChars == int.MaxValue ? " that is not empty" : $" of 1 to {maxChars} characters")}";
            return null;
        }

        public JsonElement Any(string name)
        {
            if (json.TryGetProperty(name, out var value)) return value.Clone();
            Fault ??= $"{name} is missing";
            return default;
        }

        // Null for a string that JSON can write and Unicode cannot: half a surrogate pair.
        private static string? Decoded(JsonElement value)
        {
            try
            {
                return value.GetString();
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }
    }
}
