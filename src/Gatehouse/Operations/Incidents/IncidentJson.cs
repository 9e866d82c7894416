using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Diagnosis;

namespace Gatehouse.Operations.Incidents;

/// <summary>Incidents as JSON, in the API, in the store and on the disk: camel case, words in snake case, what is absent is left out.</summary>
internal static class IncidentJson
{
    // Only that is escaped which JSON itself demands: these answers are never part of a page.
    private static readonly IncidentJsonContext Context = new(new(IncidentJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string Write(Incident incident) => JsonSerializer.Serialize(incident, Context.Incident);

    public static byte[] WriteUtf8(Incident incident) => JsonSerializer.SerializeToUtf8Bytes(incident, Context.Incident);

    public static byte[] WriteUtf8(IncidentList list) => JsonSerializer.SerializeToUtf8Bytes(list, Context.IncidentList);

    /// <exception cref="JsonException">It is not one.</exception>
    public static Incident Read(string json) => JsonSerializer.Deserialize(json, Context.Incident) ?? throw new JsonException("There is null where an incident should be.");
}

/// <summary>Incidents, newest first.</summary>
/// <param name="Next">What to give as <c>before</c> for older ones; null if there are none.</param>
internal sealed record IncidentList(IReadOnlyList<Incident> Incidents, DateTimeOffset? Next = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(SnakeCase<IncidentRule>), typeof(SnakeCase<IncidentEntryKind>), typeof(SnakeCase<ResponseKind>), typeof(CaseConverter), typeof(ReportConverter),
    ])]
[JsonSerializable(typeof(Incident))]
[JsonSerializable(typeof(IncidentList))]
internal sealed partial class IncidentJsonContext : JsonSerializerContext;

internal sealed class SnakeCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

// A case and a report have a form of their own, which is not to be written twice.
internal sealed class CaseConverter : JsonConverter<Case>
{
    public override Case Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return DiagnosisJson.ReadCase(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, Case value, JsonSerializerOptions options) => writer.WriteRawValue(DiagnosisJson.WriteUtf8(value));
}

internal sealed class ReportConverter : JsonConverter<DiagnosisReport>
{
    public override DiagnosisReport Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return DiagnosisJson.ReadReport(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, DiagnosisReport value, JsonSerializerOptions options) => writer.WriteRawValue(DiagnosisJson.WriteUtf8(value));
}
