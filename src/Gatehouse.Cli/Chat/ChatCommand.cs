using System.CommandLine;
using Gatehouse.Client;

namespace Gatehouse.Cli;

/// <summary><c>gatehouse chat [url]</c>.</summary>
internal static class ChatCommand
{
    private const string DefaultUrl = "ws://localhost:8000/ws";

    private const string Description = """
        Talk to an agent.

        At a terminal it asks for messages until /quit; Ctrl-C cancels the answer that is being written, a second one leaves.
        With --message, or with a message on standard input, it prints the one answer and ends.

        Exit codes: 0 done, 1 no server, 2 refused or failed, 3 the agent asks for an approval, 130 Ctrl-C.
        """;

    public static Command Create(Terminal terminal)
    {
        var url = new Argument<string>("url") { Description = "The server (ws, wss, http, https or host:port).", DefaultValueFactory = _ => DefaultUrl };
        var message = new Option<string?>("--message", "-m") { Description = "Send this, print the answer, and end." };
        var agent = new Option<string?>("--agent", "-a") { Description = "The agent to talk to. Default: the server's." };
        var command = new Command("chat", Description) { url, message, agent };
        command.SetAction((parsed, cancellationToken) =>
            ExecuteAsync(terminal, parsed.GetValue(url)!, parsed.GetValue(message), parsed.GetValue(agent), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(
        Terminal terminal, string url, string? message, string? agent, CancellationToken cancellationToken)
    {
        if (!ServerAddress.TryParse(url, out var server))
        {
            terminal.Fail($"{url} is not an address: expected something like {DefaultUrl}");
            return ExitCode.NoServer;
        }
        await using var client = new GatehouseClient(server);
        var chat = new Conversation(client, terminal, agent);
        using var interruption = new Interruption(chat);
        if (!await ConnectAsync(client, terminal, cancellationToken)) return ExitCode.NoServer;
        return message is null && terminal.IsInteractive
            ? await new ChatLoop(chat, client, terminal, interruption).RunAsync(cancellationToken)
            : await OneShot.RunAsync(chat, terminal, message ?? await terminal.In.ReadToEndAsync(cancellationToken), interruption);
    }

    private static async Task<bool> ConnectAsync(GatehouseClient client, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            await client.ConnectAsync(cancellationToken);
            return true;
        }
        catch (GatehouseException exception)
        {
            terminal.Fail($"cannot connect to {exception.Link?.ToString() ?? exception.Message}");
            return false;
        }
    }
}
