using YamlDotNet.Core;

namespace Gatehouse.CloudRun.Manifests;

/// <summary>A place in a text. Line and column count from 1, the index from 0; all in UTF-16 units.</summary>
internal readonly record struct Place(int Index, int Line, int Column)
{
    public static readonly Place Start = new(0, 1, 1);

    public static Place Of(Mark mark) => new((int)mark.Index, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));
}

/// <summary>A node of a document. An alias is the node of its anchor itself, so that the tree may be a graph, but never one with a circle.</summary>
internal abstract class ManifestNode(Place start)
{
    public Place Start { get; } = start;

    public Place End { get; set; } = start;

    /// <summary>Whether an alias names it: what is changed here changes elsewhere, too.</summary>
    public bool IsShared { get; set; }

    /// <summary>How many nodes it is with all aliases written out; no more than <see cref="long.MaxValue"/> of them.</summary>
    public long Weight { get; set; } = 1;

    public void Weigh(ManifestNode child) => Weight = Weight > long.MaxValue - child.Weight ? long.MaxValue : Weight + child.Weight;
}

/// <summary>A scalar.</summary>
internal sealed class ManifestScalar(Place start, string value, bool isPlain, bool isText) : ManifestNode(start)
{
    public string Value => value;

    /// <summary>Written without quotes, on one line as far as a reader of manifests cares.</summary>
    public bool IsPlain => isPlain;

    /// <summary>Quoted, a block, or tagged as text: never a number or a truth value.</summary>
    public bool IsText => isText;
}

/// <summary>A sequence.</summary>
internal sealed class ManifestList(Place start, bool isFlow) : ManifestNode(start)
{
    public bool IsFlow => isFlow;

    public List<ManifestItem> Items { get; } = [];
}

/// <summary>One of a list's items.</summary>
/// <param name="Value">The item.</param>
/// <param name="IsBorrowed">It stands elsewhere: an alias.</param>
internal readonly record struct ManifestItem(ManifestNode Value, bool IsBorrowed);

/// <summary>A mapping, in the order of the text. Of a key that stands twice the first counts, and the second is a problem of the file.</summary>
internal sealed class ManifestMap(Place start, bool isFlow) : ManifestNode(start)
{
    private readonly Dictionary<string, ManifestEntry> _byKey = new(StringComparer.Ordinal);

    public bool IsFlow => isFlow;

    public List<ManifestEntry> Entries { get; } = [];

    public ManifestEntry? Find(string key) => _byKey.GetValueOrDefault(key);

    public bool TryAdd(ManifestEntry entry)
    {
        if (!_byKey.TryAdd(entry.Key.Value, entry)) return false;
        Entries.Add(entry);
        return true;
    }

    public void Remove(ManifestEntry entry)
    {
        _byKey.Remove(entry.Key.Value);
        Entries.Remove(entry);
    }
}

/// <summary>A key and its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="IsBorrowed">The value stands elsewhere: it is an alias, or the entry came by a merge key.</param>
internal sealed record ManifestEntry(ManifestScalar Key, ManifestNode Value, bool IsBorrowed);
