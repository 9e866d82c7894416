using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Gatehouse.Readiness;

/// <summary>
/// The nodes of one snapshot in pages, so that the next snapshot shares all pages but the changed ones: a change of one node in a
/// thousand copies two short arrays and not a thousand references. The flat array is made when somebody asks for it. Immutable.
/// </summary>
internal sealed class NodePages
{
    private const int Bits = 5;
    private const int PageSize = 1 << Bits;

    private readonly NodeSnapshot[][] _pages;
    private readonly int _count;
    private NodeSnapshot[]? _all;

    public NodePages(ImmutableArray<NodeSnapshot> nodes)
    {
        _all = ImmutableCollectionsMarshal.AsArray(nodes) ?? [];
        _count = _all.Length;
        _pages = [.. _all.Chunk(PageSize)];
    }

    private NodePages(NodeSnapshot[][] pages, int count) => (_pages, _count) = (pages, count);

    public NodeSnapshot this[int index] => _pages[index >> Bits][index & (PageSize - 1)];

    /// <summary>All nodes in a row. Two readers who race for it make it twice, and either is right.</summary>
    public ImmutableArray<NodeSnapshot> All
    {
        get
        {
            var all = Volatile.Read(ref _all);
            if (all is null) Volatile.Write(ref _all, all = Flatten());
            return ImmutableCollectionsMarshal.AsImmutableArray(all);
        }
    }

    public NodePages With(ReadOnlySpan<(int Index, NodeSnapshot Node)> changes)
    {
        var pages = (NodeSnapshot[][])_pages.Clone();
        foreach (var (index, node) in changes)
        {
            ref var page = ref pages[index >> Bits];
            if (ReferenceEquals(page, _pages[index >> Bits])) page = (NodeSnapshot[])page.Clone();
            page[index & (PageSize - 1)] = node;
        }
        return new(pages, _count);
    }

    private NodeSnapshot[] Flatten()
    {
        var all = new NodeSnapshot[_count];
        for (var page = 0; page < _pages.Length; page++) _pages[page].CopyTo(all, page << Bits);
        return all;
    }
}
