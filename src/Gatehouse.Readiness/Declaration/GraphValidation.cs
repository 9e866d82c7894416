namespace Gatehouse.Readiness;

/// <summary>
/// Refuses a graph that can never work, each time by a path that a person can follow. Informational edges order nothing
/// and so cannot make a cycle.
/// </summary>
internal static class GraphValidation
{
    public static void Validate(IReadOnlyList<NodeDefinition> nodes, TimeSpan budget)
    {
        var byName = Index(nodes);
        RefuseMissing(nodes, byName);
        var order = Order(nodes, byName);
        RefuseNeededOptional(nodes, byName);
        RefuseOverBudget(order, byName, budget);
    }

    /// <summary>
    /// The names of the nodes without which the process is not ready: what says so itself, every node that nothing comes
    /// after, and all that these need by hard edges.
    /// </summary>
    public static IReadOnlySet<string> Required(IReadOnlyList<NodeDefinition> nodes)
    {
        var byName = nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        var pointedAt = nodes.SelectMany(node => node.After).Select(edge => edge.Node).ToHashSet(StringComparer.Ordinal);
        var required = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(nodes
            .Where(node => node.Policy.Required ?? !pointedAt.Contains(node.Name))
            .Select(node => node.Name));
        while (open.TryPop(out var name))
        {
            if (!required.Add(name)) continue;
            foreach (var edge in byName[name].After)
                if (edge.Strength == EdgeStrength.Hard) open.Push(edge.Node);
        }
        return required;
    }

    private static Dictionary<string, NodeDefinition> Index(IReadOnlyList<NodeDefinition> nodes)
    {
        var byName = new Dictionary<string, NodeDefinition>(StringComparer.Ordinal);
        foreach (var node in nodes)
            if (!byName.TryAdd(node.Name, node))
                throw Refusal(ReadinessError.DuplicateNode, [node.Name], $"Node '{node.Name}' is declared twice.");
        return byName;
    }

    private static void RefuseMissing(IReadOnlyList<NodeDefinition> nodes, Dictionary<string, NodeDefinition> byName)
    {
        foreach (var node in nodes)
            foreach (var edge in node.After)
                if (!byName.ContainsKey(edge.Node))
                    throw Refusal(ReadinessError.MissingNode, [node.Name, edge.Node],
                        $"Node '{node.Name}' comes after '{edge.Node}', which is not declared: {Arrow([node.Name, edge.Node])}.");
    }

    /// <summary>Every node after all that it waits for; walks without recursion, since a graph may be deeper than a stack.</summary>
    private static List<NodeDefinition> Order(IReadOnlyList<NodeDefinition> nodes, Dictionary<string, NodeDefinition> byName)
    {
        var order = new List<NodeDefinition>(nodes.Count);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var trail = new List<(NodeDefinition Node, int NextEdge)>();
        var onTrail = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in nodes)
        {
            Enter(start);
            while (trail.Count > 0)
            {
                var (node, next) = trail[^1];
                if (next == node.After.Count) { Leave(node); continue; }
                trail[^1] = (node, next + 1);
                if (node.After[next].Strength != EdgeStrength.Informational) Enter(byName[node.After[next].Node]);
            }
        }
        return order;

        void Enter(NodeDefinition node)
        {
            if (done.Contains(node.Name)) return;
            if (!onTrail.Add(node.Name)) throw Cycle([.. trail.Select(step => step.Node.Name)], node.Name);
            trail.Add((node, 0));
        }

        void Leave(NodeDefinition node)
        {
            trail.RemoveAt(trail.Count - 1);
            onTrail.Remove(node.Name);
            done.Add(node.Name);
            order.Add(node);
        }
    }

    private static ReadinessException Cycle(List<string> trail, string again)
    {
        List<string> ring = [.. trail[trail.IndexOf(again)..], again];
        return Refusal(ReadinessError.Cycle, ring, $"The nodes wait for each other: {Arrow(ring)}.");
    }

    private static void RefuseNeededOptional(IReadOnlyList<NodeDefinition> nodes, Dictionary<string, NodeDefinition> byName)
    {
        var required = Required(nodes);
        foreach (var node in nodes)
            foreach (var edge in node.After)
                if (edge.Strength == EdgeStrength.Hard && required.Contains(node.Name) && byName[edge.Node].Policy.Required == false)
                    throw Refusal(ReadinessError.RequiresOptional, [node.Name, edge.Node],
                        $"Node '{node.Name}' is required and needs '{edge.Node}', which is declared not required: "
                        + $"{Arrow([node.Name, edge.Node])}. Make the edge soft, or the node required.");
    }

    private static void RefuseOverBudget(List<NodeDefinition> order, Dictionary<string, NodeDefinition> byName, TimeSpan budget)
    {
        var longest = new Dictionary<string, (TimeSpan Sum, string? From)>(StringComparer.Ordinal);
        foreach (var node in order)
        {
            var before = node.After
                .Where(edge => edge.Strength != EdgeStrength.Informational)
                .Select(edge => (longest[edge.Node].Sum, From: (string?)edge.Node))
                .DefaultIfEmpty((Sum: TimeSpan.Zero, From: null))
                .MaxBy(parent => parent.Sum);
            longest[node.Name] = (before.Sum + byName[node.Name].Budget, before.From);
            if (longest[node.Name].Sum <= budget) continue;

            var path = new List<string>();
            for (string? at = node.Name; at is not null; at = longest[at].From) path.Add(at);
            throw Refusal(ReadinessError.BudgetExceeded, path,
                FormattableString.Invariant($"Timeouts and stability windows along {Arrow(path)} add up to {longest[node.Name].Sum.TotalSeconds:0.#} s, ")
                + FormattableString.Invariant($"but the start-up probe allows {budget.TotalSeconds:0.#} s."));
        }
    }

    private static string Arrow(IReadOnlyList<string> path) => string.Join(" after ", path);

    private static ReadinessException Refusal(ReadinessError error, IReadOnlyList<string> path, string message) => new(error, path, message);
}
