namespace Gatehouse.Agents.Ops;

/// <summary>
/// Spaces tokens evenly: the first at once, the n-th n intervals later by the clock, so that slow consumers and coarse timers do
/// not add up. Not for use from two places at once.
/// </summary>
internal sealed class Pace(double perSecond, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private int _given;

    public async ValueTask NextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var number = _given++;
        if (perSecond <= 0 || number == 0)
            return;
        var wait = TimeSpan.FromSeconds(number / perSecond) - clock.GetElapsedTime(_start);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, cancellationToken);
    }
}

/// <summary>How an answer is cut for streaming.</summary>
internal static class TokenText
{
    /// <summary>Each word with the white space after it; together exactly the text.</summary>
    public static IEnumerable<string> Tokens(this string text)
    {
        var start = 0;
        for (var at = 1; at < text.Length; at++)
        {
            if (char.IsWhiteSpace(text[at]) || !char.IsWhiteSpace(text[at - 1]))
                continue;
            yield return text[start..at];
            start = at;
        }
        if (start < text.Length)
            yield return text[start..];
    }

    /// <summary>How many words there are.</summary>
    public static int CountTokens(this string text) => text.Tokens().Count();
}
