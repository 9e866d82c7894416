namespace Gatehouse.Readiness.Tests;

/// <summary>
/// The critical path on all small graphs. These are all there are: every acyclic graph has a topological order, and with its nodes
/// numbered by that order each edge leads from a lower to a higher number. So the subsets of the pairs of numbers, 28 pairs for eight
/// nodes, are all graphs but for the names of the nodes, and a name means nothing but its node's duration, which is drawn anew for
/// each graph. The 2 million graphs of seven nodes and the 268 million of eight belong to the long run.
/// </summary>
public sealed class CriticalPathExhaustiveTests
{
    private const int Share = 1 << 12;

    [Fact]
    public void On_every_graph_the_critical_path_is_as_long_as_the_longest_of_all_paths()
    {
        var most = Environment.GetEnvironmentVariable("GATEHOUSE_LONG") is null ? 6 : 8;
        for (var count = 1; count <= most; count++)
        {
            var graphs = 1L << (count * (count - 1) / 2);
            Parallel.For(0, (graphs + Share - 1) / Share, share =>
            {
                var graph = new SmallGraph(count);
                for (var edges = share * Share; edges < Math.Min(graphs, (share + 1) * Share); edges++) graph.Compare((int)edges);
            });
        }
    }

    private sealed class SmallGraph(int count)
    {
        private readonly int[] _parents = new int[count]; // a bit for each earlier node
        private readonly int[] _durations = new int[count];
        private readonly TimeSpan?[] _ready = new TimeSpan?[count];
        private readonly int[] _releasedBy = new int[count];
        private readonly int[] _path = new int[count];

        public void Compare(int edges)
        {
            Draw(edges);
            Play();
            var length = CriticalPath.Walk(_ready, _releasedBy, _path);

            var (sum, follows) = (0, length > 0);
            for (var step = 0; step < length; step++)
            {
                sum += _durations[_path[step]];
                if (step > 0) follows &= (_parents[_path[step]] >> _path[step - 1] & 1) == 1;
            }
            if (!follows || sum != Longest()) Assert.Fail($"{count} nodes, edges {edges}: {string.Join(" → ", _path[..length])} takes {sum}, the longest path {Longest()}");
        }

        private void Draw(int edges)
        {
            var random = unchecked((uint)edges * 2654435761u) | 1;
            for (var node = 0; node < count; node++)
            {
                (_parents[node], edges) = (edges & ((1 << node) - 1), edges >> node);
                random ^= random << 13;
                random ^= random >> 17;
                random ^= random << 5;
                _durations[node] = (int)(random % 9) + 1;
            }
        }

        /// <summary>What the timeline would hold: a node is released by whichever parent is ready last.</summary>
        private void Play()
        {
            for (var node = 0; node < count; node++)
            {
                var (released, by) = (TimeSpan.Zero, -1);
                for (var parent = 0; parent < node; parent++)
                    if ((_parents[node] >> parent & 1) == 1 && _ready[parent] > released) (released, by) = (_ready[parent]!.Value, parent);
                (_ready[node], _releasedBy[node]) = (released + TimeSpan.FromTicks(_durations[node]), by);
            }
        }

        /// <summary>Brute force: walks every path there is.</summary>
        private int Longest()
        {
            var longest = 0;
            for (var node = 0; node < count; node++) longest = Math.Max(longest, LongestTo(node));
            return longest;
        }

        private int LongestTo(int node)
        {
            var before = 0;
            for (var open = _parents[node]; open != 0; open &= open - 1)
                before = Math.Max(before, LongestTo(System.Numerics.BitOperations.TrailingZeroCount(open)));
            return before + _durations[node];
        }
    }
}
