namespace Gatehouse.Diagnosis;

/// <summary>Where evidence comes from, in brackets after it; only what its text does not say itself.</summary>
internal static class EvidenceNote
{
    /// <summary>For example <c>(history of schema, 14:03:05, 42P01)</c>.</summary>
    public static string Of(Evidence evidence, DateTimeOffset near)
    {
        var source = evidence.About is { } about && !Says(evidence, about) ? $"{Words.Of(evidence.Source)} of {about}" : Words.Of(evidence.Source);
        var time = evidence.At is { } at && !Says(evidence, Wording.Time(at)) ? $", {Wording.Time(at, near)}" : "";
        var signature = evidence.Signature is { } word && !Says(evidence, word) ? $", {word}" : "";
        return $"({source}{time}{signature})";
    }

    private static bool Says(Evidence evidence, string word) => evidence.Text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
