using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>What a node probably looks at, by its name: a hint, used only where the case does not say.</summary>
internal static class NodeKinds
{
    private static readonly (NodeKind Kind, string[] Words)[] Hints =
    [
        (NodeKind.Redis, ["redis", "valkey", "keydb", "cache"]),
        (NodeKind.Schema, ["schema", "migration", "migrations", "tables"]),
        (NodeKind.Database, ["database", "db", "postgres", "postgresql", "pg", "sql", "sqlserver", "mysql", "mariadb", "sqlite"]),
        (NodeKind.Provider, ["agents", "agent", "model", "models", "provider", "llm", "openai"]),
        (NodeKind.Proof, ["chat", "proof", "selftest"]),
    ];

    public static NodeKind ByName(string name)
    {
        var words = name.ToLowerInvariant().Split(['-', '_', '.', ' ', '/', ':']);
        foreach (var (kind, hints) in Hints)
            if (words.Intersect(hints, StringComparer.Ordinal).Any()) return kind;
        return NodeKind.Other;
    }

    public static bool IsUpNow(this NodeEvidence node) => node.State is NodeState.Ready or NodeState.Degraded;
}
