using Gatehouse.Store.Migrations;
using Gatehouse.Store.Postgres;
using Microsoft.Extensions.Configuration;

namespace Gatehouse.Hosting;

/// <summary>
/// Brings the database of the distributed mode to this build's schema: what <c>gatehouse-server migrate</c> does, for any host. It
/// is a job that ends; the server itself only verifies.
/// </summary>
public static class GatehouseMigrations
{
    /// <summary>Applies the migrations that are missing, or with <c>--dry-run</c> says which ones these are.</summary>
    /// <param name="args">What follows the word <c>migrate</c>: <c>--dry-run</c>, <c>--lock-timeout SECONDS</c>, and arguments of the configuration.</param>
    /// <param name="configure">Makes the configuration from those arguments that are for it, the same as the server's.</param>
    /// <param name="output">Gets what was done, in the last line as a whole.</param>
    /// <param name="errors">Gets what is wrong, in one line, and what is waited for.</param>
    /// <returns>The exit code, one of sysexits.h; <c>docs/migrations.md</c> lists them.</returns>
    public static Task<int> RunAsync(
        string[] args, Func<string[], IConfiguration> configure, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        Job.RunAsync("migrate", args, configure, output, errors, async say => MigrateArguments.Parse(args) switch
        {
            (_, { } mistake) => new(JobExit.Usage, mistake),
            var (arguments, _) => await RunAsync(arguments!, configure(arguments!.Configuration), say, cancellationToken),
        });

    private static async Task<JobAnswer> RunAsync(
        MigrateArguments arguments, IConfiguration configuration, Action<string> say, CancellationToken cancellationToken)
    {
        var mistakes = new List<string>();
        if (Settings.ReadDatabase(configuration, mistakes) is not { } address)
            return new(JobExit.Configuration, mistakes is [] ? "ConnectionStrings:Database is missing; it names the database to migrate." : string.Join(" ", mistakes));
        await using var run = new MigrateRun(address, Migration.For("postgres"), TimeProvider.System, say);
        return await run.AnswerAsync(arguments, cancellationToken);
    }
}
