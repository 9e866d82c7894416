using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint.Fixes;

/// <summary>
/// Edits of a manifest's text at the places that the parser has told. What cannot be done without touching anything else is null: comments,
/// order and quoting around it stay as they are.
/// </summary>
internal static class Edit
{
    /// <summary>Another scalar.</summary>
    public static TextEdit? Replace(Spot spot, string value) => spot.Node is ManifestScalar scalar && scalar.Start.Line == scalar.End.Line && scalar.End.Index > scalar.Start.Index
        ? new(scalar.Start.Index, scalar.End.Index - scalar.Start.Index, value)
        : null;

    public static TextEdit? ReplaceKey(Spot spot, string key) => spot.Entry is { Key: { IsPlain: true } old } && old.End.Index - old.Start.Index == old.Value.Length
        ? new(old.Start.Index, old.Value.Length, key)
        : null;

    /// <summary>Sets a scalar that is there or not.</summary>
    public static TextEdit? Set(string text, Spot map, string key, string value) => map[key].HasKey ? Replace(map[key], value) : Insert(text, map, [], $"{key}: {value}");

    /// <summary>Takes an entry with a scalar away, in a block with its line, in a flow with its comma. Its comment stays, unless somebody takes it along.</summary>
    public static TextEdit? Delete(string text, Spot spot, bool keepsComment = true)
    {
        if (spot is not { Entry: { Value: ManifestScalar value, IsBorrowed: false } entry, Parent.Map: { } map }) return null;
        if (map.IsFlow) return DeleteFromFlow(map, entry);
        if (!OwnsItsLine(text, entry, value)) return null;
        var (start, next) = (Lines.StartOf(text, entry.Key.Start.Index), Lines.NextOf(text, value.End.Index));
        if (!keepsComment || Comment(text, spot).Length is 0) return new(start, next - start, "");
        var (key, comment) = (entry.Key.Start.Index, text.IndexOf('#', value.End.Index));
        return new(key, comment - key, "");
    }

    /// <summary>The text of an entry from its key to the end of its line, its comment included; in a flow without.</summary>
    public static string? Written(string text, Spot spot)
    {
        if (spot is not { Entry: { Value: ManifestScalar value } entry, Parent.Map: { } map }) return null;
        if (map.IsFlow) return text[entry.Key.Start.Index..value.End.Index];
        return OwnsItsLine(text, entry, value) ? text[entry.Key.Start.Index..Lines.EndOf(text, value.End.Index)].TrimEnd() : null;
    }

    /// <summary>What stands behind an entry on its line: a comment, or nothing.</summary>
    public static string Comment(string text, Spot spot) => spot is { Entry.Value: ManifestScalar value, Parent.Map.IsFlow: false }
        ? text[value.End.Index..Lines.EndOf(text, value.End.Index)].TrimEnd() : "";

    /// <summary>Adds an entry to a map, as its last one; maps on the way that are missing are made.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="from">A map that is there.</param>
    /// <param name="way">The keys from there to the map that gets the entry.</param>
    /// <param name="entry">One or more lines, as <c>timeoutSeconds: 3600</c>, without indentation.</param>
    public static TextEdit? Insert(string text, Spot from, ReadOnlySpan<string> way, params ReadOnlySpan<string> entry)
    {
        while (way is [var next, ..] && from[next] is { Map.Entries.Count: > 0, Entry.IsBorrowed: false } there)
        {
            from = there;
            way = way[1..];
        }
        if (from.Map is not { Entries.Count: > 0 } map || from.IsBorrowed) return null;
        if (map.IsFlow) return InsertIntoFlow(map, way, entry);
        var indent = map.Entries[0].Key.Start.Column - 1;
        if (way is [var missing, ..] && from[missing].HasKey) return null;      // an empty map or null stands there: rare, and left to a person
        var at = entry.Length is 1 && way.IsEmpty && OneLine(text, map) is { } line ? Lines.NextOf(text, line.Value.End.Index) : EndOf(text, map);
        var lines = way.ToArray().Select((key, i) => $"{new(' ', indent + (2 * i))}{key}:").Concat(entry.ToArray().Select(InnerLine(indent + (2 * way.Length))));
        var newLine = Lines.BreakOf(text);
        var isWhole = at is 0 || text[at - 1] is '\n';
        return new(at, 0, isWhole ? string.Concat(lines.Select(line => line + newLine)) : string.Concat(lines.Select(line => newLine + line)));
    }

    private static Func<string, string> InnerLine(int indent) => line => $"{new(' ', indent)}{line}";

    private static TextEdit? DeleteFromFlow(ManifestMap map, ManifestEntry entry)
    {
        var i = map.Entries.IndexOf(entry);
        var start = i > 0 ? map.Entries[i - 1].Value.End.Index : entry.Key.Start.Index;
        var end = i > 0 || i + 1 == map.Entries.Count ? entry.Value.End.Index : map.Entries[i + 1].Key.Start.Index;
        return map.Entries.All(static each => !each.IsBorrowed) && end > start ? new(start, end - start, "") : null;
    }

    private static TextEdit? InsertIntoFlow(ManifestMap map, ReadOnlySpan<string> way, ReadOnlySpan<string> entry)
    {
        if (entry.Length is not 1 || entry[0].Contains('#', StringComparison.Ordinal) || map.Entries[^1].IsBorrowed) return null;
        var written = entry[0];
        for (var i = way.Length - 1; i >= 0; i--) written = $"{way[i]}: {{ {written} }}";
        return new(map.Entries[^1].Value.End.Index, 0, $", {written}");
    }

    /// <summary>Nothing else stands on the line of an entry, but a comment behind it.</summary>
    private static bool OwnsItsLine(string text, ManifestEntry entry, ManifestScalar value)
    {
        var before = text.AsSpan(Lines.StartOf(text, entry.Key.Start.Index)..entry.Key.Start.Index);
        var behind = text.AsSpan(value.End.Index..Lines.EndOf(text, value.End.Index)).Trim(" \t");
        return entry.Key.Start.Line == value.End.Line && Lines.IsBlank(before) && (behind.IsEmpty || behind[0] is '#');
    }

    /// <summary>The last entry that is a word on a line: a new one reads best behind it, not behind a page of containers.</summary>
    private static ManifestEntry? OneLine(string text, ManifestMap map) => map.Entries.LastOrDefault(entry =>
        !entry.IsBorrowed && entry.Value is ManifestScalar value && entry.Key.Start.Line == value.End.Line && text.AsSpan(value.End.Index..Lines.EndOf(text, value.End.Index)).Trim(" \t") is [] or ['#', ..]);

    /// <summary>Behind the last line of a block map.</summary>
    private static int EndOf(string text, ManifestMap map)
    {
        var last = LastOf(map);
        var end = Math.Min(last.Index, text.Length);
        return end > 0 && text[end - 1] is '\n' ? end : Lines.NextOf(text, end);
    }

    /// <summary>The end of what is written last: that of a block is told only by the token behind it, comments between.</summary>
    private static Place LastOf(ManifestNode node) => node switch
    {
        ManifestMap { IsFlow: false, Entries: [.., var entry] } => entry.IsBorrowed ? entry.Key.End : Later(entry.Key.End, LastOf(entry.Value)),
        ManifestList { IsFlow: false, Items: [.., var item] } when !item.IsBorrowed => LastOf(item.Value),
        ManifestList { IsFlow: false } list => list.Start,
        _ => node.End,
    };

    private static Place Later(Place one, Place other) => other.Index > one.Index ? other : one;
}
