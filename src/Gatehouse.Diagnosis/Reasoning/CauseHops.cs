namespace Gatehouse.Diagnosis;

/// <summary>The two hops at the end of every path: the cause, and what the system lacks.</summary>
internal static class CauseHops
{
    public static Hop Of(Cause cause, string? node, DateTimeOffset? since, IReadOnlyList<Evidence> evidence)
    {
        var where = node is null ? "" : $"@{node}";
        return new()
        {
            Id = $"cause:{cause.Code}{where}",
            Kind = HopKind.Cause,
            Name = cause.Code,
            Question = node is null ? "What is the matter there?" : $"What is the matter with {node}?",
            Answer = cause.Why.Replace("{node}", node, StringComparison.Ordinal),
            Since = since,
            Evidence = evidence,
            Causes =
            [
                new()
                {
                    Id = $"system:{cause.Code}{where}",
                    Kind = HopKind.System,
                    Name = cause.Code,
                    Question = "Why could that happen?",
                    Answer = cause.Lacks,
                },
            ],
        };
    }

    public static Hop Unknown(string node, string answer) => new()
    {
        Id = $"unknown:{node}",
        Kind = HopKind.Unknown,
        Name = node,
        Question = "Why is that?",
        Answer = answer,
    };
}
