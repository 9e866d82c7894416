using System.Globalization;
using Gatehouse.Protocol;

namespace Gatehouse.Store;

/// <summary>Where a page of threads ends: the next one begins behind it. As text it is a <see cref="ThreadPage.Next"/>.</summary>
internal readonly record struct PageKey(long UpdatedAt, string ThreadId)
{
    private static readonly PageKey Newest = new(long.MaxValue, "");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UpdatedAt}.{ThreadId}");

    /// <param name="next">Null for the first page.</param>
    public static bool TryParse(string? next, out PageKey key)
    {
        key = Newest;
        if (next is null) return true;
        var dot = next.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1 || !long.TryParse(next.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var updatedAt)) return false;
        key = new(updatedAt, next[(dot + 1)..]);
        return true;
    }

    /// <summary>The page out of its threads and one more, if there is one.</summary>
    public static ThreadPage Cut(List<ThreadSummary> threads, int limit)
    {
        if (threads.Count <= limit) return new(threads, null);
        threads.RemoveAt(limit);
        return new(threads, new PageKey(threads[^1].UpdatedAt, threads[^1].ThreadId).ToString());
    }
}
