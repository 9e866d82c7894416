using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Lint.Shapes;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>Whether what must be text is text: 8080 without quotes is a number, true a truth value, and the API declares neither.</summary>
internal static class TextCheck
{
    public static void Scalar(Spot spot, ManifestScalar scalar, Findings findings, IReadOnlyList<string>? values = null)
    {
        if (!scalar.IsText && (YamlJson.Truth(scalar) is not null || YamlJson.TryReal(scalar.Value, out _)))
            findings.Add(KeyRules.NotText, spot, $"{spot.Path} is a {(YamlJson.Truth(scalar) is null ? "number" : "truth value")} without quotes, where only text is taken", "put it in quotes", Change.Of(Quoted(spot, scalar)));
        else if (values is not null && !values.Contains(scalar.Value))
            findings.Add(KeyRules.BadValue, spot, $"{spot.Path} cannot be '{Shown.Of(scalar.Value)}'", $"write {Choice(values)}{(Guess.Of(scalar.Value, values) is { } near ? $"; did you mean {near}?" : "")}");
    }

    /// <summary>A map from any key to text, as labels are.</summary>
    public static void Map(Spot map, Findings findings)
    {
        if (map.Exists && map.Map is null) findings.Add(KeyRules.WrongType, map, $"{map.Path} must be a map, and is none", "write a map from names to texts");
        foreach (var each in map.Fields)
        {
            if (each.Node is ManifestScalar scalar) Scalar(each, scalar, findings);
            else if (each.Exists) findings.Add(KeyRules.WrongType, each, $"{each.Path} must be text, and is {(each.Map is null ? "a list" : "a map")}", "write text");
        }
    }

    public static string Choice(IReadOnlyList<string> values) => values is [var only] ? only : $"{string.Join(", ", values.SkipLast(1))} or {values[^1]}";

    private static TextEdit? Quoted(Spot spot, ManifestScalar scalar) => Edit.Replace(spot, $"\"{scalar.Value}\"");
}
