namespace Gatehouse.CloudRun.Api;

/// <summary>
/// Which request may be sent again as it is, and when. A read always; a change only when the API has said that it was not done (429). Of a
/// change without a good answer nobody knows whether it was done: that is for the one who asked, to read again and decide again.
/// </summary>
internal static class ApiPatience
{
    public const int Attempts = 5;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static bool MayRepeat(HttpMethod method, ApiFault fault) => fault switch
    {
        ApiFault.TooMany => true,
        ApiFault.Unknown => method == HttpMethod.Get,
        _ => false,
    };

    /// <param name="attempt">Of the one that has failed; the first is 1.</param>
    /// <param name="asked">What the API asked for.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    public static TimeSpan Delay(int attempt, TimeSpan? asked, double random)
    {
        var own = First * Math.Pow(2, attempt - 1) * (0.5 + random / 2);
        var delay = asked > own ? asked.Value : own;
        return delay < Longest ? delay : Longest;
    }
}
