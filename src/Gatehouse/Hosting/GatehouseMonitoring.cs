using Gatehouse.Operations.Monitoring;

namespace Gatehouse.Hosting;

/// <summary>
/// Writes the rules of Prometheus, the dashboard of Grafana and the alert policies of Google Cloud: what <c>gatehouse-server monitoring</c>
/// does, for any host. It is a job that ends; <c>docs/monitoring.md</c> tells about it.
/// </summary>
public static class GatehouseMonitoring
{
    /// <summary>Writes what is monitored with, from one SLO file.</summary>
    /// <param name="args">What follows the word <c>monitoring</c>: <c>--slo FILE</c>, <c>--out DIR</c> and <c>--reference FILE</c>.</param>
    /// <param name="output">Gets what was done, in one line.</param>
    /// <param name="errors">Gets what is wrong, in one line.</param>
    /// <returns>0, 64 for a wrong command line, 65 for an SLO file that cannot be used, 73 where nothing can be written.</returns>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        Job.RunAsync("monitoring", args, static _ => throw new NotSupportedException(), output, errors, async _ => Read(args) switch
        {
            (_, { } mistake) => new(JobExit.Usage, mistake),
            var (options, _) => await WriteAsync(options!, cancellationToken),
        });

    private sealed record Options(string? Slo, string Out, string? Reference);

    private static (Options? Options, string? Mistake) Read(string[] args)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i < args.Length; i++)
        {
            var parts = args[i].Split('=', 2);
            if (parts[0] is not ("--slo" or "--out" or "--reference"))
                return (null, $"argument {i + 1} is not known; there are --slo FILE, --out DIR and --reference FILE.");
            if ((parts.Length > 1 ? parts[1] : args.ElementAtOrDefault(++i)) is not { Length: > 0 } value) return (null, $"{parts[0]} is without a value.");
            given[parts[0]] = value;
        }
        return (new(given.GetValueOrDefault("--slo"), given.GetValueOrDefault("--out") ?? "monitoring", given.GetValueOrDefault("--reference")), null);
    }

    private static async Task<JobAnswer> WriteAsync(Options options, CancellationToken cancellationToken)
    {
        var mistakes = new List<string>();
        try
        {
            if (options.Slo is { } missing && !File.Exists(missing)) return new(JobExit.WrongData, $"There is no file {missing}.");
            var text = options.Slo is { } file ? await File.ReadAllTextAsync(file, cancellationToken) : SloFile.Standard;
            if (SloFile.Read(text, mistakes) is not { } slo) return new(JobExit.WrongData, string.Join(" ", mistakes));
            var files = MonitoringFiles.Of(slo);
            foreach (var (path, content) in files) await WriteAsync(Path.Combine(options.Out, path), content, cancellationToken);
            if (options.Reference is { } reference) await WriteAsync(reference, MetricsReference.Write(), cancellationToken);
            return new(JobExit.Done, $"Wrote {files.Count} files to {options.Out}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new(JobExit.CannotWrite, exception.Message);
        }
    }

    private static async Task WriteAsync(string path, string content, CancellationToken cancellationToken)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory) Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(path, content, cancellationToken);
    }
}
