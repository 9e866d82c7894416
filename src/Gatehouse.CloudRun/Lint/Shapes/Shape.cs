using System.Collections.Frozen;

namespace Gatehouse.CloudRun.Lint.Shapes;

/// <summary>What a value must be.</summary>
internal enum Form
{
    /// <summary>Anything: it is looked at elsewhere, or not at all.</summary>
    Any,
    Text,
    Whole,
    Truth,

    /// <summary>A whole number that the API writes as text, and takes as both.</summary>
    WholeOrText,

    /// <summary>A map with the keys of a <see cref="Shape"/>.</summary>
    Map,

    /// <summary>A list of such maps.</summary>
    Maps,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>A map from any key to text.</summary>
    TextMap,
}

/// <summary>A key that a map may have.</summary>
internal sealed record ShapeKey(Form Form)
{
    /// <summary>Of the map, or of the list's maps.</summary>
    public Shape? Shape { get; init; }

    public long Least { get; init; } = long.MinValue;

    public long Most { get; init; } = long.MaxValue;

    /// <summary>If Knative's differs.</summary>
    public long? MostOnKnative { get; init; }

    /// <summary>Cloud Run knows it and does not take it; Knative does. The text says what to do instead.</summary>
    public string? Instead { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>The platform writes it; in a manifest it means nothing.</summary>
    public bool IsOutput { get; init; }

    /// <summary>If not null, the only values.</summary>
    public IReadOnlyList<string>? Values { get; init; }
}

/// <summary>The keys that a map may have.</summary>
internal sealed class Shape(string name, params IEnumerable<(string Key, ShapeKey Value)> keys)
{
    /// <summary>As in "there is no such key in NAME".</summary>
    public string Name => name;

    public FrozenDictionary<string, ShapeKey> Keys { get; } = keys.ToFrozenDictionary(static each => each.Key, static each => each.Value, StringComparer.Ordinal);

    /// <summary>The keys that a person may write, in alphabetical order.</summary>
    public IReadOnlyList<string> Written => field ??= [.. Keys.Where(static each => each.Value is { IsOutput: false, Instead: null }).Select(static each => each.Key).Order(StringComparer.Ordinal)];
}
