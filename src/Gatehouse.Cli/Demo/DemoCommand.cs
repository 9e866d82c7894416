using System.CommandLine;

namespace Gatehouse.Cli.Demo;

/// <summary><c>gatehouse demo incident</c>: the incident that this project grew out of, before one's eyes.</summary>
internal static class DemoCommand
{
    private const string Description = """
        Replay the incident: a migration is late, Redis is connected but not stable, a monitor dies of an exception, and probes come too early.

        First yesterday's manifest and a server as such servers are written, on a Cloud Run of this machine: 503 on every upgrade. Then the manifest as
        the linter mends it, and Gatehouse, under the same faults: held, healed, let in, explained. With a real PostgreSQL and a real Redis, which
        have to be installed; both are started privately and are gone afterwards. It takes less than a minute.

        Exit codes: 0 it went as told, 1 it did not, 64 something that it needs is missing, 130 Ctrl-C.
        """;

    public static Command Create(Terminal terminal)
    {
        var server = new Option<string?>("--server") { Description = "The program gatehouse-server. Default: beside this tool, in PATH, or built from the checkout.", HelpName = "path" };
        var naive = new Option<string?>("--naive") { Description = "The program of the old way (samples/Naive). Default: as above.", HelpName = "path" };
        var incident = new Command("incident", Description) { server, naive };
        incident.SetAction((parsed, cancellationToken) => ExecuteAsync(terminal, parsed.GetValue(server), parsed.GetValue(naive), cancellationToken));
        return new("demo", "See what it is about.") { incident };
    }

    private static async Task<int> ExecuteAsync(Terminal terminal, string? server, string? naive, CancellationToken cancellationToken)
    {
        using var stop = new CtrlC(cancellationToken);
        try
        {
            var programs = new DemoPrograms(terminal);
            var ours = await programs.OursAsync(server, "gatehouse-server", "src/Gatehouse.Server", "--server", stop.Token);
            var old = await programs.OursAsync(naive, "naive", "samples/Naive", "--naive", stop.Token);
            return await new IncidentDemo(terminal, old, ours, TimeProvider.System).RunAsync(stop.Token) ? ExitCode.Done : ExitCode.Broken;
        }
        catch (DemoException missing)
        {
            terminal.Fail(missing.Message);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (stop.IsCancelled)
        {
            return ExitCode.Interrupted;
        }
    }
}
