using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>A report for programs: times are milliseconds, what is not known is absent.</summary>
public static class ReportJson
{
    public static string Write(RolloutReport report) => JsonSerializer.Serialize(report, ReportJsonContext.Default.RolloutReport);
}

/// <summary>A span as a number of milliseconds.</summary>
internal sealed class Milliseconds : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromMilliseconds(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(Math.Round(value.TotalMilliseconds, 1));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true,
    UseStringEnumConverter = true, Converters = [typeof(Milliseconds)])]
[JsonSerializable(typeof(RolloutReport))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
