using System.Globalization;

namespace Gatehouse.Diagnosis;

/// <summary>What is known of a root besides its name.</summary>
internal static class RootNote
{
    /// <summary>For example <c>Confirmed, after 5 whys, at schema, since 14:01:00.</c></summary>
    public static string Of(Root root, DateTimeOffset near)
    {
        string?[] parts =
        [
            Wording.Capital(Words.Of(root.Verdict)),
            root.Path.Count > 0 ? $"after {Wording.Count(root.Path.Count, "why")}" : null,
            root.Node is { } node ? $"at {node}" : null,
            root.Since is { } since ? $"since {Wording.Time(since, near)}" : null,
            root.RecoveredAt is { } recovered ? $"over since {Wording.Time(recovered, near)}" : null,
        ];
        return $"{string.Join(", ", parts.Where(part => part is not null))}.";
    }

    /// <summary>For example <c>95 points: signature 42P01 (+50), whole path (+45). Confirmed from 80 on.</c></summary>
    public static string Weights(Root root) =>
        $"{root.Weights.Sum(weight => weight.Points).ToString(CultureInfo.InvariantCulture)} points: " +
        $"{string.Join(", ", root.Weights.Select(weight => $"{weight.Term} ({weight.Points.ToString("+0;-0;0", CultureInfo.InvariantCulture)})"))}.";
}
