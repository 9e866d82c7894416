using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>Cases and reports as JSON: words in snake case, what is absent is left out, unknown members are ignored.</summary>
public static class DiagnosisJson
{
    /// <summary>Writes a report in one line. The same report gives the same text.</summary>
    public static string Write(DiagnosisReport report) => JsonSerializer.Serialize(report, DiagnosisJsonContext.Default.DiagnosisReport);

    /// <summary>Writes a case in one line.</summary>
    public static string Write(Case given) => JsonSerializer.Serialize(given, DiagnosisJsonContext.Default.Case);

    /// <summary>Writes a report as UTF-8, for an answer over HTTP.</summary>
    public static byte[] WriteUtf8(DiagnosisReport report) => JsonSerializer.SerializeToUtf8Bytes(report, DiagnosisJsonContext.Default.DiagnosisReport);

    /// <summary>Writes a case as UTF-8.</summary>
    public static byte[] WriteUtf8(Case given) => JsonSerializer.SerializeToUtf8Bytes(given, DiagnosisJsonContext.Default.Case);

    /// <summary>Reads a case.</summary>
    /// <exception cref="JsonException">It is not one; the message says where.</exception>
    public static Case ReadCase(string json) => JsonSerializer.Deserialize(json, DiagnosisJsonContext.Default.Case) ?? throw Null(nameof(Case));

    /// <inheritdoc cref="ReadCase(string)"/>
    public static Case ReadCase(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize(utf8, DiagnosisJsonContext.Default.Case) ?? throw Null(nameof(Case));

    /// <summary>Reads a report.</summary>
    /// <exception cref="JsonException">It is not one; the message says where.</exception>
    public static DiagnosisReport ReadReport(string json) =>
        JsonSerializer.Deserialize(json, DiagnosisJsonContext.Default.DiagnosisReport) ?? throw Null(nameof(DiagnosisReport));

    /// <inheritdoc cref="ReadReport(string)"/>
    public static DiagnosisReport ReadReport(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, DiagnosisJsonContext.Default.DiagnosisReport) ?? throw Null(nameof(DiagnosisReport));

    private static JsonException Null(string what) => new($"There is null where a {what} should be.");
}

/// <summary>An enum as a word in snake case; numbers are refused.</summary>
internal sealed class Word<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

// The generated reader sets every init property, those too that the text does not have: to null, whatever their default is. Hence the
// `field = value ?? …` of the records. IsRequired and its like are required for the same reason.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(Word<NodeState>), typeof(Word<EdgeStrength>), typeof(Word<WhenDown>), typeof(Word<NodeKind>), typeof(Word<SymptomKind>),
        typeof(Word<Door>), typeof(Word<PlatformProbeKind>), typeof(Word<MarkKind>), typeof(Word<RecheckOutcome>),
        typeof(Word<ProbeLayer>), typeof(Word<LayerOutcome>), typeof(Word<Verdict>), typeof(Word<HopKind>),
        typeof(Word<EvidenceSource>), typeof(Word<RemedyTime>), typeof(Word<Risk>), typeof(Word<Owner>),
    ])]
[JsonSerializable(typeof(Case))]
[JsonSerializable(typeof(DiagnosisReport))]
[JsonSerializable(typeof(OutsideProbe))]
internal sealed partial class DiagnosisJsonContext : JsonSerializerContext;
