using Gatehouse.Readiness;

namespace Gatehouse.Bench.Host.Inside;

/// <summary>The edges of a graph: for each node the nodes before it, all of them declared earlier.</summary>
internal sealed record GraphShape(string Name, int[][] Parents)
{
    /// <summary>Each after the one before.</summary>
    public static GraphShape Chain(int nodes) => Of("chain", nodes, static node => node == 0 ? [] : [node - 1]);

    /// <summary>None after another.</summary>
    public static GraphShape Flat(int nodes) => Of("flat", nodes, static _ => []);

    /// <summary>One first, one last, the others between them.</summary>
    public static GraphShape Fan(int nodes) =>
        Of("fan", nodes, node => node == 0 ? [] : node < nodes - 1 ? [0] : Enumerable.Range(1, nodes - 2));

    /// <summary>Ten layers, each node after three of the layer before.</summary>
    public static GraphShape Layers(int nodes)
    {
        var width = nodes / 10;
        return Of("layers", nodes, node => node < width ? []
            : Enumerable.Range(0, 3).Select(step => node / width * width - width + (node + step * 7) % width));
    }

    /// <summary>Each after two earlier ones on average.</summary>
    public static GraphShape Random(int nodes, Random random) =>
        Of("random", nodes, node => Enumerable.Range(0, node).Where(_ => random.NextDouble() < 2.0 / (node + 1)));

    public void Declare(ReadinessGraphBuilder graph, Func<int, NodeCheck> check)
    {
        for (var node = 0; node < Parents.Length; node++)
            graph.Node($"{node}", check(node), after: [.. Parents[node].Select(static parent => (Edge)$"{parent}")]);
    }

    private static GraphShape Of(string name, int nodes, Func<int, IEnumerable<int>> parents) =>
        new(name, [.. Enumerable.Range(0, nodes).Select(node => parents(node).ToArray())]);
}
