using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>A node as it was declared.</summary>
public sealed record Place(string Name, string Role, NodeKind? Kind, IReadOnlyList<Edge> After, bool IsRequired = true, double Window = 0);

/// <summary>The graphs of the world: ours, and two of others with names of their own.</summary>
public static class Town
{
    public static IReadOnlyList<IReadOnlyList<Place>> All { get; } = [Ours(), Shop(), Large()];

    private static IReadOnlyList<Place> Ours() =>
    [
        new("configuration", "configuration", null, []),
        new("database", "database", null, ["configuration"]),
        new("instances", "plain", null, ["database"]),
        new("schema", "schema", null, ["database"]),
        new("redis", "redis", null, ["configuration"], Window: 10),
        new("agents", "provider", null, ["configuration"]),
        new("chat", "proof", null, ["schema", "instances", "agents", "redis"]),
    ];

    private static IReadOnlyList<Place> Shop() =>
    [
        new("settings", "configuration", null, []),
        new("orders-pg", "database", null, ["settings"]),
        new("orders-tables", "schema", null, ["orders-pg"]),
        new("baskets", "redis", NodeKind.Redis, ["settings"], Window: 3),
        new("pricing", "provider", NodeKind.Provider, []),
        new("tax", "plain", null, ["settings"]),
        new("counter", "proof", NodeKind.Proof, ["orders-tables", "baskets", "pricing", "tax"]),
        new("newsletter", "bystander", null, [Edge.Soft("baskets")], IsRequired: false),
    ];

    // Many nodes, several fronts, a chain of plain nodes.
    private static IReadOnlyList<Place> Large()
    {
        List<Place> places =
        [
            new("config", "configuration", null, []),
            new("main-db", "database", null, ["config"]),
            new("main-schema", "schema", null, ["main-db"]),
            new("valkey", "redis", null, ["config"], Window: 5),
            new("llm", "provider", null, ["config"]),
            new("billing", "plain", null, ["config"]),
            new("front-a", "proof", NodeKind.Proof, ["main-schema", "valkey", "billing"]),
            new("front-b", "proof", NodeKind.Proof, ["valkey", "llm"]),
        ];
        for (var leaf = 0; leaf < 12; leaf++)
            places.Add(new($"part-{leaf:00}", "bystander", null, leaf % 3 == 0 ? ["config"] : [Edge.Informational("config"), $"part-{leaf - 1:00}"], IsRequired: leaf % 4 == 0));
        return places;
    }
}
