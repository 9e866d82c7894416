using Gatehouse.Runs;
using Microsoft.Extensions.Configuration;

namespace Gatehouse.Hosting;

/// <summary>
/// Tells running instances what to do, from a command line: what <c>gatehouse-server drain</c> and <c>gatehouse-server cancel</c>
/// do, for any host. Each is a job that ends, with an exit code of sysexits.h; <c>docs/distributed.md</c> lists them.
/// </summary>
public static class GatehouseControl
{
    /// <summary>Has every instance of a revision drain, and says which do: <c>--revision NAME</c>.</summary>
    /// <param name="args">What follows the word <c>drain</c>; arguments of the configuration may be among it.</param>
    /// <param name="configure">Makes the configuration from those arguments that are for it, the same as the server's.</param>
    /// <param name="output">Gets what was done, in one line.</param>
    /// <param name="errors">Gets what is wrong, in one line.</param>
    /// <returns>0 if an instance has answered, 65 if none has, 64 for a wrong command line, 69 and 78 for Redis.</returns>
    public static Task<int> DrainAsync(
        string[] args, Func<string[], IConfiguration> configure, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        Job.RunAsync("drain", args, configure, output, errors, async _ =>
        {
            var (revision, configuration, mistake) = ReadDrain(args);
            if (mistake is not null) return new(JobExit.Usage, mistake);
            var mistakes = new List<string>();
            if (Settings.ReadRedis(configure(configuration), mistakes) is not { } redis)
                return new(JobExit.Configuration, mistakes is [] ? "ConnectionStrings:Redis is missing; the instances are told by way of it." : string.Join(" ", mistakes));
            return await new DrainRevision(redis, TimeProvider.System).AnswerAsync(revision!, cancellationToken);
        });

    /// <summary>Cancels a run, wherever it executes or waits: <c>RUN</c>, its id.</summary>
    /// <param name="args">What follows the word <c>cancel</c>; arguments of the configuration may be among it.</param>
    /// <param name="configure">Makes the configuration from those arguments that are for it, the same as the server's.</param>
    /// <param name="output">Gets what was done, in one line.</param>
    /// <param name="errors">Gets what is wrong, in one line.</param>
    /// <returns>0 if it is cancelled or has ended, 65 if there is no such run, 64 for a wrong command line, 69 and 78 for the database.</returns>
    public static Task<int> CancelAsync(
        string[] args, Func<string[], IConfiguration> configure, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        Job.RunAsync("cancel", args, configure, output, errors, async _ =>
        {
            var (runId, configuration, mistake) = ReadCancel(args);
            if (mistake is not null) return new(JobExit.Usage, mistake);
            var (given, mistakes) = (configure(configuration), new List<string>());
            var (database, redis) = (Settings.ReadDatabase(given, mistakes), Settings.ReadRedis(given, mistakes));
            if (mistakes is not []) return new(JobExit.Configuration, string.Join(" ", mistakes));
            return database is null
                ? new(JobExit.Configuration, "ConnectionStrings:Database is missing; the run is in it.")
                : await new CancelRun(database, redis, TimeProvider.System).AnswerAsync(runId!, cancellationToken);
        });

    private static (string? Revision, string[] Configuration, string? Mistake) ReadDrain(string[] args)
    {
        string? revision = null;
        var configuration = new ConfigurationArguments();
        for (var i = 0; i < args.Length; i++)
            if (args[i].StartsWith("--revision=", StringComparison.Ordinal)) revision = args[i]["--revision=".Length..];
            else if (args[i] == "--revision") revision = args.ElementAtOrDefault(++i);
            else if (!configuration.TryTake(args, ref i))
                return (null, configuration.Taken, $"argument {i + 1} is not known; there are --revision NAME and --ConnectionStrings:Redis=….");
        if (configuration.Mistake is { } mistake) return (null, configuration.Taken, mistake);
        return revision is { Length: > 0 }
            ? (revision, configuration.Taken, null)
            : (null, configuration.Taken, "--revision NAME is missing: K_REVISION of the instances, or without it the version of their build.");
    }

    private static (string? RunId, string[] Configuration, string? Mistake) ReadCancel(string[] args)
    {
        string? runId = null;
        var configuration = new ConfigurationArguments();
        for (var i = 0; i < args.Length; i++)
            if (!args[i].StartsWith('-') && runId is null) runId = args[i];
            else if (!configuration.TryTake(args, ref i))
                return (null, configuration.Taken, $"argument {i + 1} is not known; there are the id of one run, and --ConnectionStrings:Database=….");
        if (configuration.Mistake is { } mistake) return (null, configuration.Taken, mistake);
        return runId is { Length: > 0 }
            ? (runId, configuration.Taken, null)
            : (null, configuration.Taken, "the id of the run is missing, as `accepted` and `run.started` tell it.");
    }
}
