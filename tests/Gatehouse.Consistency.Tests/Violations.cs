using System.Collections.Concurrent;

namespace Gatehouse.Consistency;

/// <summary>What must never happen and did, each in one line. Safe to use from any thread.</summary>
internal sealed class Violations
{
    private readonly ConcurrentQueue<string> _all = new();

    public IReadOnlyList<string> All => [.. _all];

    public void Add(string what) => _all.Enqueue(what);

    public void Unless(bool holds, string what)
    {
        if (!holds) Add(what);
    }
}
