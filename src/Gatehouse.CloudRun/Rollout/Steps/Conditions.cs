using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>Reads the conditions of a status.</summary>
internal static class Conditions
{
    public static Condition? Of(IReadOnlyList<Condition>? conditions, string type) => conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>What the first condition says that is false, or else the first that is not known; null if all is well.</summary>
    public static string? Worst(IReadOnlyList<Condition>? conditions) =>
        (conditions?.FirstOrDefault(condition => condition is { Status: "False", Message.Length: > 0 })
            ?? conditions?.FirstOrDefault(condition => condition is { Status: "Unknown", Message.Length: > 0 })) is { } worst
            ? $"{worst.Type} is {worst.Status}{(worst.Reason is { Length: > 0 } reason ? $" ({reason})" : "")}: {worst.Message}"
            : null;
}
