using System.Text;
using System.Text.Json.Nodes;

namespace Gatehouse.Client.Tests;

/// <summary>The cases of tests/vectors; the format is described there.</summary>
internal static class VectorCase
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors");

    public static IEnumerable<(string File, string Name)> All() =>
        from path in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal)
        from vector in Cases(path)
        select (Path.GetFileName(path), (string)vector["name"]!);

    public static JsonObject Read(string file, string name) =>
        Cases(Path.Combine(Folder, file)).Single(vector => (string)vector["name"]! == name);

    private static IEnumerable<JsonObject> Cases(string path) =>
        JsonNode.Parse(File.ReadAllBytes(path))!["cases"]!.AsArray().Select(vector => Expand(vector!).AsObject());

    /// <summary>Writes <c>{"$repeat": [text, count]}</c> out.</summary>
    private static JsonNode Expand(JsonNode node)
    {
        if (node is JsonObject { Count: 1 } repeat && repeat["$repeat"] is JsonArray parts)
            return JsonValue.Create(new StringBuilder().Insert(0, (string)parts[0]!, (int)parts[1]!).ToString());
        return node switch
        {
            JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, field.Value is null ? null : Expand(field.Value)))),
            JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Expand(item))]),
            _ => node.DeepClone(),
        };
    }
}
