using System.Collections;

namespace Gatehouse.Readiness;

/// <summary>
/// The nodes that one node waits for. Each settled parent is noted with its turn, so that a snapshot of those that are left is a
/// number and not a copy: for a node with a thousand parents the copies would be half a million names.
/// </summary>
internal sealed class Awaited(string[] names)
{
    private readonly int[] _turns = new int[names.Length]; // 0 while a parent is awaited, else 1 for the first that settled, and so on
    private int _settled;

    public IReadOnlyList<string> Names => names;

    public bool AreSettled => _settled == names.Length;

    /// <summary>Those that are left now; the list stays as it is. Reading it takes no lock.</summary>
    public IReadOnlyList<string> Left => AreSettled ? [] : new Rest(this, _settled);

    /// <returns>False if the parent had been settled.</returns>
    public bool Settle(int number)
    {
        if (_turns[number] != 0) return false;
        Volatile.Write(ref _turns[number], ++_settled);
        return true;
    }

    private IEnumerable<string> LeftAfter(int turns)
    {
        for (var number = 0; number < names.Length; number++)
            if (Volatile.Read(ref _turns[number]) is var turn && (turn == 0 || turn > turns)) yield return names[number];
    }

    private sealed class Rest(Awaited parents, int turns) : IReadOnlyList<string>
    {
        public int Count => parents.Names.Count - turns;

        public string this[int index] => parents.LeftAfter(turns).ElementAt(index);

        public IEnumerator<string> GetEnumerator() => parents.LeftAfter(turns).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
