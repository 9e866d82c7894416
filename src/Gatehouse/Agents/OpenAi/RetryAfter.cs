using System.ClientModel.Primitives;
using System.Globalization;

namespace Gatehouse.Agents.OpenAi;

/// <summary>How long a provider asks to be left alone: <c>retry-after-ms: 1500</c>, <c>Retry-After: 2</c>, or a date.</summary>
internal static class RetryAfter
{
    public static TimeSpan? Of(PipelineResponse? response)
    {
        if (response is null)
            return null;
        if (response.Headers.TryGetValue("retry-after-ms", out var ms) && Number(ms) is { } milliseconds)
            return TimeSpan.FromMilliseconds(milliseconds);
        if (!response.Headers.TryGetValue("Retry-After", out var text))
            return null;
        if (Number(text) is { } seconds)
            return TimeSpan.FromSeconds(seconds);

        // A date is compared with the sender's own clock, so that a wrong clock here does not matter.
        return Date(text) is { } until && response.Headers.TryGetValue("Date", out var now) && Date(now) is { } sent && until > sent
            ? until - sent
            : null;
    }

    // Bounded to a day: TimeSpan cannot hold everything that a header can.
    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 86_400_000
            ? number
            : null;

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
