using System.CommandLine;
using Gatehouse.Client;

namespace Gatehouse.Cli;

/// <summary><c>gatehouse chat [url]</c>.</summary>
internal static class ChatCommand
{
    private const string DefaultUrl = "ws://localhost:8000/ws";
    private const int DefaultWaitSeconds = 60;      // a start takes less, and who calls has not gone away yet
    private const int LongestWaitSeconds = 86_400;

    private const string Description = """
        Talk to an agent.

        At a terminal it asks for messages until /quit; Ctrl-C cancels the answer that is being written, a second one leaves.
        With --message, or with a message on standard input, it prints the one answer and ends.
        A server that is starting or busy is waited for, see --wait.

        Exit codes: 0 done, 1 no server, 2 refused or failed, 3 the agent asks for an approval, 64 the command line is wrong, 130 Ctrl-C.
        """;

    public static Command Create(Terminal terminal)
    {
        var url = new Argument<string>("url") { Description = "The server (ws, wss, http, https or host:port).", DefaultValueFactory = _ => DefaultUrl };
        var message = new Option<string?>("--message", "-m") { Description = "Send this, print the answer, and end." };
        var agent = new Option<string?>("--agent", "-a") { Description = "The agent to talk to. Default: the server's." };
        var wait = new Option<double>("--wait", "-w")
        {
            Description = "How many seconds to wait for a server that answers that it is starting or busy; 0: not at all.",
            DefaultValueFactory = _ => DefaultWaitSeconds,
        };
        wait.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValue(wait) is not (>= 0 and <= LongestWaitSeconds))
                result.AddError($"--wait must be a number of seconds from 0 to {LongestWaitSeconds}.");
        });
        var command = new Command("chat", Description) { url, message, agent, wait };
        command.SetAction((parsed, cancellationToken) => ExecuteAsync(terminal, parsed.GetValue(url)!,
            new(parsed.GetValue(message), parsed.GetValue(agent), TimeSpan.FromSeconds(parsed.GetValue(wait))), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(Terminal terminal, string url, Wishes wishes, CancellationToken cancellationToken)
    {
        if (!ServerAddress.TryParse(url, out var server))
        {
            terminal.Fail($"the url is not an address: expected something like {DefaultUrl}");
            return ExitCode.Usage;
        }
        await using var client = new GatehouseClient(server);
        var chat = new Conversation(client, terminal, wishes.Agent);
        using var interruption = new Interruption(chat);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interruption.Left, cancellationToken);
        if (await new Arrival(client, terminal).FailsAsync(wishes.Wait, either.Token) is { } failed) return failed;
        return wishes.Message is null && terminal.IsInteractive
            ? await new ChatLoop(chat, client, terminal, interruption).RunAsync(cancellationToken)
            : await OneShot.RunAsync(chat, terminal, wishes.Message ?? await terminal.In.ReadToEndAsync(cancellationToken), interruption);
    }

    private sealed record Wishes(string? Message, string? Agent, TimeSpan Wait);
}
