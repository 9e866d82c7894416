using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gatehouse.CloudRun.Manifests;

/// <summary>
/// Makes trees out of the parser's events, with a stack of its own: no text can exhaust the thread's. Aliases are resolved to the nodes of
/// their anchors and weighed, never written out, so that a kilobyte of them stays a kilobyte.
/// </summary>
internal sealed class TreeBuilder(string text)
{
    public const int MostDepth = 60;            // one less than what System.Text.Json reads and writes
    public const int MostNodes = 500_000;
    private const int MostProblems = 100;

    private readonly Dictionary<string, ManifestNode?> _anchors = new(StringComparer.Ordinal);   // null while its node is still open
    private readonly Stack<Open> _open = [];
    private int _nodes;
    private bool _isOver;

    public List<ManifestNode> Roots { get; } = [];

    public List<ManifestProblem> Problems { get; } = [];

    public void Build()
    {
        if (text.IndexOf('\0') is >= 0 and var at)
        {
            Problems.Add(ManifestText.NotText(Places.Of(text, at), "a NUL character"));
            return;
        }
        var parser = new Parser(new StringReader(text));
        try
        {
            while (!_isOver && parser.MoveNext()) Take(parser.Current!);
        }
        catch (YamlException exception)
        {
            Fail(ProblemKind.Broken, Place.Of(exception.Start), Told(exception), "correct the YAML here");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The parser meets some broken files with an error of its own inside; the last thing that it read well is the nearest place.
            Fail(ProblemKind.Broken, Place.Of(parser.Current?.End ?? Mark.Empty), "this is no YAML", "correct the YAML here");
        }
    }

    private static string Told(YamlException exception) => (exception.InnerException?.Message ?? exception.Message).TrimEnd('.');

    private void Take(ParsingEvent @event)
    {
        switch (@event)
        {
            case DocumentStart:
                _anchors.Clear();
                break;
            case AnchorAlias alias:
                TakeAlias(alias);
                break;
            case Scalar scalar:
                Put(Made(scalar), isBorrowed: false, scalar.Anchor, isOpen: false);
                break;
            case MappingStart map:
                Put(new ManifestMap(Place.Of(map.Start), map.Style is MappingStyle.Flow), isBorrowed: false, map.Anchor, isOpen: true);
                break;
            case SequenceStart list:
                Put(new ManifestList(Place.Of(list.Start), list.Style is SequenceStyle.Flow), isBorrowed: false, list.Anchor, isOpen: true);
                break;
            case MappingEnd or SequenceEnd:
                Close(@event);
                break;
        }
    }

    private static ManifestScalar Made(Scalar scalar)
    {
        var isPlain = scalar.Style is ScalarStyle.Plain;
        var isText = !isPlain || (!scalar.Tag.IsEmpty && scalar.Tag.Value is "tag:yaml.org,2002:str");
        return new(Place.Of(scalar.Start), scalar.Value, isPlain, isText) { End = Place.Of(scalar.End) };
    }

    private void TakeAlias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
            Fail(ProblemKind.Broken, Place.Of(alias.Start), "there is no anchor of this name before this", "name an anchor that stands above");
        else if (node is null)
            Fail(ProblemKind.TooMuch, Place.Of(alias.Start), $"the anchor '{alias.Value.Value}' contains itself", "write out what is meant");
        else
        {
            node.IsShared = true;
            Put(node, isBorrowed: true, AnchorName.Empty, isOpen: false);
        }
    }

    private void Put(ManifestNode node, bool isBorrowed, AnchorName anchor, bool isOpen)
    {
        if (++_nodes > MostNodes)
        {
            Fail(ProblemKind.TooMuch, node.Start, FormattableString.Invariant($"there are more than {MostNodes} nodes in this file"), "split the file");
            return;
        }
        if (isOpen && _open.Count >= MostDepth)
        {
            Fail(ProblemKind.TooMuch, node.Start, FormattableString.Invariant($"this is nested more than {MostDepth} levels deep"), "nest less: no resource is as deep");
            return;
        }
        var name = anchor.IsEmpty ? null : anchor.Value;
        if (name is not null) _anchors[name] = isOpen ? null : node;
        if (isOpen) _open.Push(new(node, isBorrowed, name));
        else Hand(node, isBorrowed);
    }

    private void Close(ParsingEvent end)
    {
        var (node, isBorrowed, anchor) = _open.Pop();
        node.End = EndOf(end);
        if (node is ManifestMap map) Merge(map);
        if (anchor is not null) _anchors[anchor] = node;
        Hand(node, isBorrowed);
    }

    /// <summary>The parser ends a list behind its bracket and a map before it; here both end behind.</summary>
    private Place EndOf(ParsingEvent end)
    {
        var place = Place.Of(end.Start);
        return place.Index < text.Length && text[place.Index] is '}' or ']' ? new(place.Index + 1, place.Line, place.Column + 1) : Place.Of(end.End);
    }

    /// <summary>A node is complete: it becomes a root, an item, a key, or a value.</summary>
    private void Hand(ManifestNode node, bool isBorrowed)
    {
        if (_open.Count is 0)
        {
            if (node.Weight > MostNodes)
                Fail(ProblemKind.TooMuch, node.Start, FormattableString.Invariant($"its aliases make more than {MostNodes} nodes of this document"), "write out what is meant");
            else Roots.Add(node);
            return;
        }
        var parent = _open.Peek();
        parent.Node.Weigh(node);
        if (parent.Node is ManifestList list) list.Items.Add(new(node, isBorrowed));
        else if (!parent.HasKey) (parent.Key, parent.HasKey) = (Key(node), true);
        else
        {
            if (parent.Key is { } key) Add((ManifestMap)parent.Node, new(key, node, isBorrowed));
            (parent.Key, parent.HasKey) = (null, false);
        }
    }

    private ManifestScalar? Key(ManifestNode node)
    {
        if (node is ManifestScalar key) return key;
        Note(ProblemKind.KeyNotText, node.Start, node.End, "a key is a text here, not a list or a map", "write a single word before the colon, or quote it");
        return null;
    }

    private void Add(ManifestMap map, ManifestEntry entry)
    {
        if (map.TryAdd(entry)) return;
        var first = map.Find(entry.Key.Value)!.Key.Start;
        Note(ProblemKind.KeyTwice, entry.Key.Start, entry.Key.End,
            FormattableString.Invariant($"the key '{Shown.Of(entry.Key.Value)}' stands twice, first in line {first.Line}: which one counts depends on the reader"), "keep one of them");
    }

    /// <summary>The merge key (<c>&lt;&lt;: *defaults</c>) of YAML 1.1: what is given here wins over what is merged.</summary>
    private void Merge(ManifestMap map)
    {
        if (map.Find("<<") is not { Key.IsPlain: true } merge) return;
        map.Remove(merge);
        var sources = merge.Value is ManifestList list ? list.Items.Select(static item => item.Value) : [merge.Value];
        foreach (var source in sources)
        {
            if (source is not ManifestMap from)
                Note(ProblemKind.KeyNotText, source.Start, source.End, "what is merged with '<<' must be a map, or a list of maps", "merge the alias of a map");
            else
                foreach (var entry in from.Entries) map.TryAdd(entry with { IsBorrowed = true });
        }
    }

    private void Note(ProblemKind kind, Place start, Place end, string reason, string fix)
    {
        if (Problems.Count < MostProblems) Problems.Add(new(kind, start, end, reason, fix));
    }

    private void Fail(ProblemKind kind, Place place, string reason, string fix)
    {
        Problems.Add(new(kind, place, place, reason, fix));
        _isOver = true;
    }

    private sealed class Open(ManifestNode node, bool isBorrowed, string? anchor)
    {
        public ManifestNode Node => node;

        public ManifestScalar? Key { get; set; }

        public bool HasKey { get; set; }

        public void Deconstruct(out ManifestNode itself, out bool borrowed, out string? name) => (itself, borrowed, name) = (node, isBorrowed, anchor);
    }
}
