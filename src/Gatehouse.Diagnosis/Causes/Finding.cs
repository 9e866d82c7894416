namespace Gatehouse.Diagnosis;

/// <summary>A cause that shows in the whole case.</summary>
/// <param name="Evidence">What shows it.</param>
/// <param name="Since">Since when; null if it is not known.</param>
/// <param name="IsPlain">Whether the evidence says so plainly; otherwise it only looks like it.</param>
internal sealed record Finding(IReadOnlyList<Evidence> Evidence, DateTimeOffset? Since = null, bool IsPlain = true)
{
    public static Finding Of(EvidenceSource source, string text, DateTimeOffset? since = null, string? signature = null, bool isPlain = true) =>
        new([new(source, text) { At = since, Signature = signature }], since, isPlain);
}
