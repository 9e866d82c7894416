using System.CommandLine;
using Gatehouse.Cli;
using Gatehouse.Cli.Demo;
using Gatehouse.Cli.Deploy;
using Gatehouse.Cli.Incidents;
using Gatehouse.Cli.Lint;
using Gatehouse.Cli.Local;
using Gatehouse.Cli.Probe;
using Gatehouse.Cli.Why;

var terminal = Terminal.OfProcess();
var root = new RootCommand("Gatehouse: real-time agent chat.")
{
    ChatCommand.Create(terminal), ProbeCommand.Create(terminal), WhyCommand.Create(terminal), IncidentsCommand.Create(terminal),
    LintCommand.Create(terminal), LocalCommand.Create(terminal), DeployCommand.Create(terminal), DemoCommand.Create(terminal),
};

return await CommandLine.InvokeAsync(root, args, Console.Out, Console.Error);
