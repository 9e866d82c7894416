using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Protocol;

/// <summary>A command's <c>id</c>: a string or an integer, kept as it was written so that the answer repeats it exactly.</summary>
[JsonConverter(typeof(CommandIdConverter))]
public readonly record struct CommandId(string? Text, long Number)
{
    public CommandId(long number) : this(null, number) { }

    public override string ToString() => Text ?? Number.ToString(CultureInfo.InvariantCulture);
}

internal sealed class CommandIdConverter : JsonConverter<CommandId>
{
    public override CommandId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String ? new(reader.GetString(), 0) : new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, CommandId value, JsonSerializerOptions options)
    {
        if (value.Text is { } text) writer.WriteStringValue(text);
        else writer.WriteNumberValue(value.Number);
    }
}
