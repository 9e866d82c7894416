using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint;

/// <summary>
/// A place in a document where something stands or could stand: <c>spot["spec"]["template"]</c> never fails. What is not there has the place of
/// what is nearest above it.
/// </summary>
internal sealed class Spot
{
    private readonly Spot? _parent;
    private readonly ManifestEntry? _entry;

    private Spot(Spot? parent, ManifestNode? node, ManifestEntry? entry, string path, bool isBorrowed) =>
        (_parent, Node, _entry, Path, IsBorrowed) = (parent, node, entry, path, isBorrowed || node is { IsShared: true });

    /// <summary>Null if there is nothing, or only <c>null</c>.</summary>
    public ManifestNode? Node { get; }

    /// <summary>As <c>spec.template.spec.containers[0].image</c>.</summary>
    public string Path { get; }

    /// <summary>Whether a change here would change something elsewhere, too.</summary>
    public bool IsBorrowed { get; }

    public bool Exists => Node is not null;

    /// <summary>Whether there is a key, with whatever behind it.</summary>
    public bool HasKey => _entry is not null;

    public ManifestEntry? Entry => _entry;

    public Spot? Parent => _parent;

    public ManifestMap? Map => Node as ManifestMap;

    public static Spot Root(ManifestNode node) => new(null, node, null, "", isBorrowed: false);

    public Spot this[string key]
    {
        get
        {
            var entry = Map?.Find(key);
            return entry is null ? new(this, null, null, Join(key), IsBorrowed) : Of(entry);
        }
    }

    public IEnumerable<Spot> Fields => Map is { } map ? map.Entries.Select(Of) : [];

    public IEnumerable<Spot> Items => Node is not ManifestList list ? []
        : list.Items.Select((item, i) => new Spot(this, Real(item.Value), null, FormattableString.Invariant($"{Path}[{i}]"), IsBorrowed || item.IsBorrowed));

    /// <summary>The last part of the path.</summary>
    public string Key => _entry?.Key.Value ?? Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>What a scalar says, quoted or not.</summary>
    public string? Text => (Node as ManifestScalar)?.Value;

    /// <summary>A whole number; written as text it counts, too: that it is text is another rule's finding.</summary>
    public long? Whole => Text is { } text && YamlJson.TryWhole(text, out var whole) ? whole : null;

    /// <summary>True or false, written as text too: annotations are.</summary>
    public bool? Truth => Text switch { "true" or "True" or "TRUE" => true, "false" or "False" or "FALSE" => false, _ => null };

    /// <summary>Where the value stands; that of a map or a list is its key's.</summary>
    public (Place Start, Place End) Range => Node switch
    {
        ManifestScalar scalar => (scalar.Start, scalar.End),
        null when _entry is null => _parent?.KeyRange ?? (Place.Start, Place.Start),
        _ => KeyRange,
    };

    public (Place Start, Place End) KeyRange => _entry is { } entry ? (entry.Key.Start, entry.Key.End)
        : Node is { } node && _parent is not null ? (node.Start, node.Start)
        : _parent?.KeyRange ?? (Node?.Start ?? Place.Start, Node?.Start ?? Place.Start);

    private Spot Of(ManifestEntry entry) => new(this, Real(entry.Value), entry, Join(entry.Key.Value), IsBorrowed || entry.IsBorrowed);

    private string Join(string key) => Path.Length is 0 ? key : key.Contains('.', StringComparison.Ordinal) ? $"{Path}[{Shown.Of(key)}]" : $"{Path}.{Shown.Of(key)}";

    private static ManifestNode? Real(ManifestNode node) => YamlJson.IsNull(node) ? null : node;
}
