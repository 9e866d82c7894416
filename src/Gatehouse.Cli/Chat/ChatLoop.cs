using System.Globalization;
using Gatehouse.Client;
using Gatehouse.Protocol;

namespace Gatehouse.Cli;

/// <summary>Reads lines until the user leaves: messages, and commands that begin with a slash.</summary>
internal sealed class ChatLoop(Conversation chat, GatehouseClient client, Terminal terminal, Interruption interruption)
{
    private const string Help = "/threads   /open N   /new   /quit   anything else is said to the agent";
    private IReadOnlyList<ThreadSummary> _threads = [];

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        terminal.Note($"connected to {client.Server}   {Help}");
        while (true)
        {
            terminal.Prompt();
            if (await ReadLineAsync(cancellationToken) is not { } line || line is "/quit") return ExitCode.Done;
            try
            {
                await DoAsync(line.Trim());
            }
            catch (GatehouseException exception)
            {
                terminal.Fail(exception.Message);
            }
            catch (OperationCanceledException) when (interruption.Left.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
            if (interruption.Left.IsCancellationRequested) return ExitCode.Interrupted;
            if (client.State is ConnectionState.Stopped) return ExitCode.NoServer;
        }
    }

    /// <summary>Null at the end of the input, or when the user leaves: a console read cannot be called off, only left behind.</summary>
    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interruption.Left, cancellationToken);
        try
        {
            return await Task.Run(terminal.In.ReadLine, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task DoAsync(string line)
    {
        switch (line.Split(' ', 2, StringSplitOptions.TrimEntries))
        {
            case [""]: break;
            case ["/threads"]: await ListAsync(); break;
            case ["/open", var number]: await OpenAsync(number); break;
            case ["/new"]: chat.BeginNew(); break;
            case [['/', ..], ..]: terminal.Note(Help); break;
            default: await SayAsync(line); break;
        }
    }

    private async Task ListAsync()
    {
        _threads = (await client.ListThreadsAsync(cancellationToken: interruption.Left)).Threads;
        if (_threads.Count is 0) terminal.Note("there are no threads");
        for (var i = 0; i < _threads.Count; i++)
        {
            var when = DateTimeOffset.FromUnixTimeMilliseconds(_threads[i].UpdatedAt).ToLocalTime();
            terminal.Note(string.Create(CultureInfo.InvariantCulture,
                $"{i + 1,3}  {when:yyyy-MM-dd HH:mm}  {_threads[i].Title}{(_threads[i].Running is true ? "  (running)" : "")}"));
        }
    }

    private async Task OpenAsync(string number)
    {
        if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= 1 && n <= _threads.Count)
            await chat.OpenAsync(_threads[n - 1].ThreadId, interruption.Left);
        else
            terminal.Note("there is no such number: /threads shows them");
    }

    private async Task SayAsync(string text)
    {
        var end = await chat.SayAsync(text, interruption.Left);
        while (end is { Outcome: RunEnd.Interrupt, Interrupts: [var interrupt, ..] })
        {
            terminal.Note("approve? [y/N]");
            terminal.Prompt();
            if (await ReadLineAsync(interruption.Left) is not { } answer) return;
            end = await chat.AnswerAsync(interrupt.Id, answer.Trim() is "y" or "Y" or "yes", interruption.Left);
        }
    }
}
