using System.Globalization;
using System.Text.Json.Nodes;

namespace Gatehouse.CloudRun.Manifests;

/// <summary>YAML to JSON by the core schema of YAML 1.2 (§10.3): only plain scalars can be null, truth values or numbers.</summary>
internal static class YamlJson
{
    public static JsonNode? Convert(ManifestNode node) => node switch
    {
        ManifestMap map => new JsonObject(map.Entries.Select(static entry => KeyValuePair.Create(entry.Key.Value, Convert(entry.Value)))),
        ManifestList list => new JsonArray([.. list.Items.Select(static item => Convert(item.Value))]),
        ManifestScalar { IsText: false } plain => OfPlain(plain.Value),
        ManifestScalar text => JsonValue.Create(text.Value),
        _ => null,
    };

    public static bool IsNull(ManifestNode node) => node is ManifestScalar { IsText: false, Value: "" or "~" or "null" or "Null" or "NULL" };

    public static bool? Truth(ManifestNode? node) => node is not ManifestScalar { IsText: false } plain ? null : plain.Value switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => null,
    };

    public static bool TryWhole(string text, out long whole) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole);

    public static bool TryReal(string text, out double real) => double.TryParse(text,
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out real) && double.IsFinite(real);

    private static JsonNode? OfPlain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when TryWhole(text, out var whole) => JsonValue.Create(whole),
        _ when TryReal(text, out var real) => JsonValue.Create(real),
        _ => JsonValue.Create(text),
    };
}
