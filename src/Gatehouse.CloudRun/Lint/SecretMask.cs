using System.Text;
using Gatehouse.CloudRun.Lint.Checks;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint;

/// <summary>A manifest's text as it may be shown: what looks like a secret is stars, line by line, all else is as it was.</summary>
public static class SecretMask
{
    private const string Stars = "***";

    public static string Of(string text)
    {
        var hidden = new SortedDictionary<int, int>();
        foreach (var document in Manifest.Read(text, "").Documents)
        {
            var root = Spot.Root(document.Root);
            if (document.Kind is "Secret") foreach (var value in root["data"].Fields.Concat(root["stringData"].Fields)) Hide(value, hidden);
            Walk(root, hidden, []);
        }
        var (shown, from) = (new StringBuilder(text.Length), 0);
        foreach (var (start, end) in hidden)
        {
            if (start < from) continue;
            shown.Append(text, from, start - from).AppendJoin('\n', text[start..end].Split('\n').Select(static (line, i) => Masked(line, i)));
            from = end;
        }
        return shown.Append(text, from, text.Length - from).ToString();
    }

    private static string Masked(string line, int index)
    {
        var rest = line.TrimStart(' ');
        return rest.TrimEnd('\r').Length is 0 ? line : $"{(index is 0 ? "" : line[..^rest.Length])}{Stars}{(line.EndsWith('\r') ? "\r" : "")}";
    }

    private static void Walk(Spot spot, SortedDictionary<int, int> hidden, HashSet<ManifestNode> seen)
    {
        if (spot.Node is null or ManifestScalar || !seen.Add(spot.Node)) return;
        if (EnvironmentCheck.IsSecret(spot)) Hide(spot["value"], hidden);
        foreach (var each in spot.Fields.Concat(spot.Items)) Walk(each, hidden, seen);
    }

    private static void Hide(Spot value, SortedDictionary<int, int> hidden)
    {
        if (value.Node is ManifestScalar scalar && scalar.End.Index > scalar.Start.Index) hidden[scalar.Start.Index] = scalar.End.Index;
    }
}
