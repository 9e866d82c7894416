using System.CommandLine;

namespace Gatehouse.Cli.Probe;

/// <summary><c>gatehouse probe url</c>: reads the command line, walks, reports.</summary>
internal static class ProbeCommand
{
    private const string Description = """
        See a WebSocket service as a client does, layer by layer, and name the first layer that fails.

        dns, tcp, tls, upgrade, hello, turn, hold (with pings), resume, close. It works with any WebSocket service; what only a Gatehouse can do
        is left out for others. Of a Gatehouse /startup is read too.

        Exit codes: 0 every threshold is kept, 1 one is broken (by default: a layer failed), 64 the command line is wrong, 130 Ctrl-C.
        """;

    public static Command Create(Terminal terminal)
    {
        var options = new ProbeOptions();
        var command = new Command("probe", Description) { options.Url };
        foreach (var option in options.All) command.Add(option);
        command.SetAction((parsed, cancellationToken) => ExecuteAsync(terminal, new(options, parsed), TimeProvider.System, cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(Terminal terminal, ProbeArguments arguments, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            var (settings, wishes) = (arguments.Settings(), arguments.Run());
            arguments.CheckReports();
            var report = await RunAsync(terminal, settings, wishes, clock, cancellationToken);
            var isKept = Publish(terminal, report, arguments.JsonFile, arguments.JUnitFile);
            return report switch
            {
                { IsInterrupted: true } => ExitCode.Interrupted,
                { IsGood: true } => isKept ? ExitCode.Done : ExitCode.CannotWrite,
                _ => ExitCode.Broken,
            };
        }
        catch (UsageException wrong)
        {
            terminal.Fail(wrong.Message);
            return ExitCode.Usage;
        }
    }

    private static async Task<ProbeReport> RunAsync(
        Terminal terminal, ProbeSettings settings, RunSettings wishes, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var stop = new CtrlC(cancellationToken);
        var (at, began) = (clock.GetUtcNow(), clock.GetTimestamp());
        var service = new Service(settings, clock);
        var run = new ProbeRun(wishes, new ProbeWalk(settings, service, clock).RunAsync, clock);
        using (new Progress(run, wishes.Count, terminal, clock)) await run.RunAsync(stop.Token);
        return new()
        {
            Target = settings.Target.ToString(),
            At = at,
            Took = clock.GetElapsedTime(began),
            Tally = run.Tally,
            Count = wishes.Count,
            Late = run.Late,
            IsInterrupted = stop.IsCancelled,
            Judgements = [wishes.MaxFailed.Judge(run.Tally), .. wishes.MaxTimes.Select(threshold => threshold.Judge(run.Tally))],
            Views = run.Tally.Shown is { } shown ? new(shown, service.Startup, service.Case) : null,
        };
    }

    /// <summary>What goes to standard output is alone there; then the report for people goes to standard error.</summary>
    /// <returns>Whether every report that was asked for could be kept.</returns>
    private static bool Publish(Terminal terminal, ProbeReport report, string? jsonFile, string? jUnitFile)
    {
        var isKept = jsonFile is null || ReportFile.Write(terminal, "--json", jsonFile, JsonReport.Write(report));
        isKept &= jUnitFile is null || ReportFile.Write(terminal, "--junit", jUnitFile, JUnitReport.Write(report));
        if (jsonFile is "-" || jUnitFile is "-") terminal.Note(TextReport.Write(report).TrimEnd());
        else terminal.Write(TextReport.Write(report));
        return isKept;
    }
}
