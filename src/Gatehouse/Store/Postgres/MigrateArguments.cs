using System.Globalization;
using Gatehouse.Hosting;

namespace Gatehouse.Store.Postgres;

/// <summary>The arguments of <c>migrate</c>.</summary>
/// <param name="LockTimeout">How long to wait for a lock that another one has.</param>
/// <param name="Configuration">Those that are for the configuration: <c>--Section:Key=value</c> or <c>--Section:Key value</c>.</param>
internal sealed record MigrateArguments(bool DryRun, TimeSpan LockTimeout, string[] Configuration)
{
    private const string DryRunOption = "--dry-run";
    private const string LockTimeoutOption = "--lock-timeout";
    private const int DefaultSeconds = 60;
    private const int MostSeconds = 3600;

    /// <returns>The arguments, or what is wrong with them.</returns>
    public static (MigrateArguments? Arguments, string? Mistake) Parse(string[] args)
    {
        var (dryRun, seconds) = (false, (int?)null);
        var configuration = new ConfigurationArguments();
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i].Split(':', '=')[0];
            if (args[i] == DryRunOption) dryRun = true;
            else if (name == DryRunOption) return (null, $"{DryRunOption} stands by itself, without a value.");
            else if (name == LockTimeoutOption)
            {
                if (seconds is not null) return (null, $"{LockTimeoutOption} is given twice.");
                var text = args[i] == name ? args.ElementAtOrDefault(++i) : args[i][name.Length] == '=' ? args[i][(name.Length + 1)..] : null;
                if (!TryParseSeconds(text, out var given)) return (null, LockTimeoutMistake);
                seconds = given;
            }
            else if (!configuration.TryTake(args, ref i)) return (null, NotKnown(i));
            if (configuration.Mistake is { } mistake) return (null, mistake);
        }
        return (new(dryRun, TimeSpan.FromSeconds(seconds ?? DefaultSeconds), configuration.Taken), null);
    }

    // It is not shown: it may be a part of a connection string.
    private static string NotKnown(int index) => string.Create(
        CultureInfo.InvariantCulture,
        $"argument {index + 1} is not known; there are {DryRunOption}, {LockTimeoutOption} SECONDS and --ConnectionStrings:Database=….");

    private static string LockTimeoutMistake =>
        $"{LockTimeoutOption} must be followed by a whole number of seconds, 1 to {MostSeconds}: {LockTimeoutOption} {DefaultSeconds}.";

    private static bool TryParseSeconds(string? text, out int seconds) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= MostSeconds;
}
