namespace Gatehouse.Tests.Simulation;

/// <summary>Where a history takes its decisions from, and what it took: the same decisions make the same history.</summary>
internal sealed class Chooser(IReadOnlyList<int> given, Random? random)
{
    private readonly List<int> _taken = [];

    /// <summary>The decisions so far.</summary>
    public IReadOnlyList<int> Taken => _taken;

    /// <summary>How many options each decision had.</summary>
    public List<int> Widths { get; } = [];

    /// <summary>One of <paramref name="count"/> options: as given; beyond that at random, or the first.</summary>
    public int Pick(int count)
    {
        var index = _taken.Count;
        var choice = index < given.Count ? given[index] % count : random?.Next(count) ?? 0;
        _taken.Add(choice);
        Widths.Add(count);
        return choice;
    }
}
