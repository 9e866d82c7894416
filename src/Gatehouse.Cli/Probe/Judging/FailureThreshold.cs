using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gatehouse.Cli.Probe;

/// <summary><c>--max-failed</c>: how many walks may fail, as a number or a share.</summary>
internal sealed record FailureThreshold(double Limit, bool IsShare)
{
    /// <summary>None may.</summary>
    public static readonly FailureThreshold None = new(0, false);

    /// <summary><c>3</c> or <c>1%</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FailureThreshold? threshold)
    {
        threshold = null;
        var isShare = text.EndsWith('%');
        var style = isShare ? NumberStyles.AllowDecimalPoint : NumberStyles.None;
        if (!double.TryParse(text.AsSpan().TrimEnd('%'), style, CultureInfo.InvariantCulture, out var limit)) return false;
        if (isShare && limit > 100) return false;
        threshold = new(limit, isShare);
        return true;
    }

    public Judgement Judge(Tally tally)
    {
        var share = tally.Walks is 0 ? 0 : 100.0 * tally.Failed / tally.Walks;
        var isKept = tally.Walks > 0 && (IsShare ? share <= Limit : tally.Failed <= Limit);
        return new(
            FormattableString.Invariant($"--max-failed {Limit}{(IsShare ? "%" : "")}"),
            FormattableString.Invariant($"{tally.Failed} of {tally.Walks} ({share:0.##} %)"),
            isKept);
    }
}
