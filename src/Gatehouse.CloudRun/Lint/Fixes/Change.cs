namespace Gatehouse.CloudRun.Lint.Fixes;

/// <summary>A piece of text instead of another.</summary>
internal readonly record struct TextEdit(int Start, int Length, string Text)
{
    public int End => Start + Length;
}

/// <summary>What mends a finding: edits that belong together, none of which touches another.</summary>
internal sealed record Change(IReadOnlyList<TextEdit> Edits)
{
    /// <summary>Null if one of them cannot be made.</summary>
    public static Change? Of(params ReadOnlySpan<TextEdit?> edits)
    {
        var all = new List<TextEdit>();
        foreach (var edit in edits)
        {
            if (edit is not { } made) return null;
            all.Add(made);
        }
        return new([.. all.OrderBy(static edit => edit.Start)]);
    }

    /// <summary>Null if one of two cannot be made.</summary>
    public static Change? Both(Change? one, Change? other) => one is null || other is null ? null : new([.. one.Edits.Concat(other.Edits).OrderBy(static edit => edit.Start)]);
}
