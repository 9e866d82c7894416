using Gatehouse.Consistency.Clusters;

namespace Gatehouse.Consistency.Faults;

/// <summary>One thing that a nemesis does to a cluster: it breaks something, holds it broken for a while, and mends it.</summary>
/// <param name="Do">Ends when it is mended; what is broken by then may need time to heal.</param>
internal sealed record Fault(string Name, Func<Cluster, Random, Task> Do)
{
    /// <summary>Every fault there is; none of them may lose a word.</summary>
    public static IReadOnlyList<Fault> All { get; } = [.. ServerFaults.All, .. RedisFaults.All, .. PostgresFaults.All, .. LineFaults.All];

    /// <summary>A member at random.</summary>
    public static Member Any(Cluster cluster, Random random) => cluster.Members[random.Next(cluster.Members.Count)];

    /// <summary>Holds a fault for a while.</summary>
    public static Task HoldAsync(Random random, int leastMs, int mostMs) => Task.Delay(TimeSpan.FromMilliseconds(random.Next(leastMs, mostMs)));
}
