using System.Text;

namespace Gatehouse.CloudRun.Manifests;

/// <summary>The text of a file: UTF-8, of a size that a manifest can have.</summary>
internal sealed record ManifestText(string Text, bool HasMark, ManifestProblem? Problem)
{
    /// <summary>A manifest has kilobytes; what has more is something else.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes a file's bytes; a byte order mark is remembered and is no part of the text.</summary>
    public static ManifestText Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes) return Failed(TooLarge());
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return Failed(NotText(Place.Start, "UTF-16"));
        var hasMark = bytes is [0xEF, 0xBB, 0xBF, ..];
        if (hasMark) bytes = bytes[3..];
        try
        {
            return new(Strict.GetString(bytes), hasMark, null);
        }
        catch (DecoderFallbackException exception)
        {
            var good = Strict.GetString(bytes[..Math.Max(0, exception.Index)]);
            return Failed(NotText(Places.Of(good, good.Length), "a byte that is not UTF-8"));
        }
    }

    /// <summary>The bytes of a text as it was read.</summary>
    public byte[] Encode(string text) => HasMark ? [0xEF, 0xBB, 0xBF, .. Strict.GetBytes(text)] : Strict.GetBytes(text);

    public static ManifestText Unreadable(string reason, string fix) => Failed(new(ProblemKind.Unreadable, Place.Start, Place.Start, reason, fix));

    public static ManifestProblem NotText(Place place, string what) => new(ProblemKind.NotText, place, place, $"there is {what} here: this is no text in UTF-8", "save the file as UTF-8");

    public static ManifestProblem TooLarge() => new(ProblemKind.TooMuch, Place.Start, Place.Start,
        FormattableString.Invariant($"the file has more than {MostBytes / 1024 / 1024} MiB"), "give the manifest itself, or split it");

    private static ManifestText Failed(ManifestProblem problem) => new("", false, problem);
}
