using System.CommandLine;
using Gatehouse.Cli.Probe;
using Gatehouse.CloudRun.Api;
using Gatehouse.CloudRun.Rollout;

namespace Gatehouse.Cli.Deploy;

/// <summary><c>gatehouse deploy</c>: reads the command line, rolls out, reports.</summary>
internal static class DeployCommand
{
    private const string Description = """
        Roll a service out: migrate, deploy a candidate without traffic, try it over WebSocket, give it 5, 25 and 100 % of the new connections,
        have the old revision's sockets move. Whatever breaks is rolled back, traffic and sockets both.

        It can be killed at any point; the same command goes on. --abort goes back.

        Exit codes: 0 done, 1 the API cannot be reached or refuses, or a report could not be kept, 2 rolled back, 3 rolled back but not shown to be, or a first revision that is not
        good, 4 refused: nothing was deployed, 64 the command line or a manifest is wrong, 130 Ctrl-C.
        """;

    public static Command Create(Terminal terminal)
    {
        var (options, measures) = (new DeployOptions(), new MeasureOptions());
        var command = new Command("deploy", Description);
        foreach (var option in options.All.Concat(measures.All)) command.Add(option);
        command.SetAction((parsed, cancellationToken) => ExecuteAsync(terminal, new(options, measures, parsed), TimeProvider.System, cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(Terminal terminal, DeployArguments arguments, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var stop = new CtrlC(cancellationToken);
        try
        {
            return await RunAsync(terminal, arguments, clock, stop.Token);
        }
        catch (UsageException wrong)
        {
            terminal.Fail(wrong.Message);
            return ExitCode.Usage;
        }
        catch (RolloutException refused)
        {
            terminal.Fail(refused.Message);
            return ExitCode.Refused;
        }
        catch (ApiException failed)
        {
            terminal.Fail(PlanText.CutShort(failed.Message));
            return ExitCode.NoServer;
        }
        catch (OperationCanceledException) when (stop.IsCancelled)
        {
            terminal.Fail("interrupted. The service stays as it is at this moment: the same command goes on, --abort goes back");
            return ExitCode.Interrupted;
        }
    }

    private static async Task<int> RunAsync(Terminal terminal, DeployArguments arguments, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = arguments.Request();
        var tokens = arguments.Tokens(clock);
        using var api = new CloudRunApi(arguments.Target(request.Service), tokens, clock)
        {
            Waits = text => terminal.Note(FormattableString.Invariant($"{clock.GetUtcNow():HH:mm:ss} {"waiting",-9} {text}")),
        };
        var rollout = new ServiceRollout(arguments.Tools(request.Service, api, clock, new TerminalJournal(terminal)));
        arguments.CheckReports();
        if (arguments.IsDryRun)
        {
            terminal.Write(PlanText.Write(await rollout.PlanAsync(request, cancellationToken)));
            return ExitCode.Done;
        }
        var report = arguments.IsAbort ? await rollout.AbortAsync(request, cancellationToken) : await rollout.RunAsync(request, cancellationToken);
        var isKept = Publish(terminal, report, arguments);
        return report.Outcome switch
        {
            RolloutOutcome.Done => isKept ? ExitCode.Done : ExitCode.Unkept,
            RolloutOutcome.RolledBack => ExitCode.RolledBack,
            RolloutOutcome.Refused => ExitCode.Refused,
            _ => ExitCode.Unproved,
        };
    }

    /// <returns>Whether every report that was asked for could be kept.</returns>
    private static bool Publish(Terminal terminal, RolloutReport report, DeployArguments arguments)
    {
        var isKept = arguments.JsonFile is not { } json || ReportFile.Write(terminal, "--json", json, $"{ReportJson.Write(report)}\n");
        isKept &= arguments.MarkdownFile is not { } markdown || ReportFile.Write(terminal, "--markdown", markdown, ReportMarkdown.Write(report));
        if (arguments.JsonFile is "-") terminal.Note(PlanText.End(report));
        else terminal.Write($"{PlanText.End(report)}\n");
        return isKept;
    }

    /// <summary>Progress, a line at a time.</summary>
    private sealed class TerminalJournal(Terminal terminal) : IRolloutJournal
    {
        public void Write(JournalEntry entry) => terminal.Note(FormattableString.Invariant($"{entry.At:HH:mm:ss} {entry.Step.ToString().ToLowerInvariant(),-9} {entry.Text}"));
    }
}
