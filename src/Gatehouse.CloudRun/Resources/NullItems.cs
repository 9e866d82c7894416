using System.Text.Json;

namespace Gatehouse.CloudRun.Resources;

/// <summary>No list of these APIs has null for an item: an empty dash in YAML is a slip of whoever wrote it.</summary>
public static class NullItems
{
    /// <summary>Where the first null item is, as <c>spec.containers[0].env[1]</c>; null if there is none.</summary>
    public static string? Find(JsonElement element) => FindIn(element)?.TrimStart('.');

    private static string? FindIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => FindInObject(element),
        JsonValueKind.Array => FindInArray(element),
        _ => null,
    };

    private static string? FindInObject(JsonElement element)
    {
        foreach (var member in element.EnumerateObject())
            if (FindIn(member.Value) is { } path) return $".{member.Name}{path}";
        return null;
    }

    private static string? FindInArray(JsonElement element)
    {
        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.Null) return FormattableString.Invariant($"[{index}]");
            if (FindIn(item) is { } path) return FormattableString.Invariant($"[{index}]{path}");
            index++;
        }
        return null;
    }
}
