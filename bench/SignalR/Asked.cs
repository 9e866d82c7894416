using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Bench.SignalR;

/// <summary>What an answer is to be.</summary>
/// <param name="Merge">How long tokens may be collected into one event.</param>
/// <param name="Says">What the token with a number says.</param>
internal sealed record Asked(int Tokens, TimeSpan Pace, TimeSpan Merge, Func<int, string> Says)
{
    public static Asked For(int tokens, int paceMs, int mergeMs, string saying) => new(
        tokens, TimeSpan.FromMilliseconds(paceMs), TimeSpan.FromMilliseconds(mergeMs), saying switch
        {
            "fixed" => static _ => "tok~ ",
            "number" => static said => string.Create(CultureInfo.InvariantCulture, $"{said}~ "),
            // The monotonic clock in nanoseconds, which all processes of a machine share.
            "time" => static _ => string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetTimestamp()}~ "),
            _ => throw new ArgumentException($"Tokens can be fixed, number or time, not {saying}."),
        });
}
