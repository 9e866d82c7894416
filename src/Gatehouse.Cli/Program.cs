using System.CommandLine;
using Gatehouse.Cli;
using Gatehouse.Cli.Why;

var root = new RootCommand("Gatehouse: real-time agent chat.") { ChatCommand.Create(Terminal.OfProcess()), WhyCommand.Create(Terminal.OfProcess()) };

// Ctrl-C is the chat's own: it first cancels the answer, and only then leaves.
return await root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
