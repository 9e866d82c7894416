using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Testing;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>The published schemas, made from the types: what is absent is left out and never null, and nothing else is there.</summary>
internal static class Schemas
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    public static string Report => Make(DiagnosisJsonContext.Default.DiagnosisReport, "diagnosis", "A diagnosis by Gatehouse.Diagnosis, version 1");

    public static string Case => Make(DiagnosisJsonContext.Default.Case, "case", "A case for Gatehouse.Diagnosis, version 1");

    public static string PathOf(string name) => Path.Combine(Repository.Root, "docs", "schemas", $"{name}.schema.json");

    private static string Make(JsonTypeInfo type, string name, string title)
    {
        var schema = type.GetJsonSchemaAsNode(new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = static (context, node) => Strict(context.TypeInfo, node) }).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "$id", $"https://gatehouse.dev/schemas/{name}.schema.json");
        schema.Insert(2, "title", title);
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonNode Strict(JsonTypeInfo type, JsonNode node)
    {
        if (node is not JsonObject schema) return node;
        if (schema["type"] is JsonArray types)
        {
            var kept = types.Select(static type => type!.GetValue<string>()).Where(static type => type != "null").ToList();
            schema["type"] = kept.Count == 1 ? kept[0] : new JsonArray([.. kept.Select(static type => (JsonNode)type)]);
        }
        if (schema["enum"] is JsonArray words && words.Any(static word => word is null))
            schema["enum"] = new JsonArray([.. words.Where(static word => word is not null).Select(static word => (JsonNode?)word!.GetValue<string>())]);
        if (schema.ContainsKey("properties")) schema["additionalProperties"] = false;
        if (schema["required"] is JsonArray required)
        {
            var absent = type.Properties.Where(static property => property.IsGetNullable || Nullable.GetUnderlyingType(property.PropertyType) is not null).Select(static property => property.Name);
            var kept = required.Select(static name => name!.GetValue<string>()).Except(absent).ToList();
            schema["required"] = new JsonArray([.. kept.Select(static name => (JsonNode)name)]);
        }
        schema.Remove("default");
        return schema;
    }
}
