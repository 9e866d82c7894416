using System.Globalization;
using Gatehouse.Hosting;

namespace Gatehouse.Store.Postgres;

/// <summary>The arguments of <c>migrate</c>.</summary>
/// <param name="LockTimeout">How long to wait for a lock that another one has.</param>
/// <param name="Configuration">Those that are for the configuration: <c>--Section:Key=value</c> or <c>--Section:Key value</c>.</param>
internal sealed record MigrateArguments(bool DryRun, TimeSpan LockTimeout, string[] Configuration)
{
    private const int DefaultSeconds = 60;
    private const int MostSeconds = 3600;

    /// <returns>The arguments, or what is wrong with them.</returns>
    public static (MigrateArguments? Arguments, string? Mistake) Parse(string[] args)
    {
        var (dryRun, seconds) = (false, DefaultSeconds);
        var configuration = new List<string>();
        for (var i = 0; i < args.Length; i++)
            switch (args[i])
            {
                case "--dry-run": dryRun = true; break;
                case "--lock-timeout":
                    if (!TryParseSeconds(args.ElementAtOrDefault(++i), out seconds)) return (null, LockTimeoutMistake);
                    break;
                case var given when given.StartsWith("--lock-timeout=", StringComparison.Ordinal):
                    if (!TryParseSeconds(given["--lock-timeout=".Length..], out seconds)) return (null, LockTimeoutMistake);
                    break;
                default:
                    if (Job.TryTakeConfiguration(args, ref i, configuration)) break;
                    // Not shown: it may be a part of a connection string.
                    return (null, string.Create(
                        CultureInfo.InvariantCulture,
                        $"argument {i + 1} is not known; there are --dry-run, --lock-timeout SECONDS and --ConnectionStrings:Database=…."));
            }
        return (new(dryRun, TimeSpan.FromSeconds(seconds), [.. configuration]), null);
    }

    private static string LockTimeoutMistake => $"--lock-timeout must be followed by a whole number of seconds, 1 to {MostSeconds}.";

    private static bool TryParseSeconds(string? text, out int seconds) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= MostSeconds;
}
