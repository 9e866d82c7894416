using Gatehouse.Client;

namespace Gatehouse.Cli;

/// <summary>The first connection: waits for a server that is starting or busy, and says what it waits for.</summary>
internal sealed class Arrival(GatehouseClient client, Terminal terminal)
{
    /// <summary>Null once connected; otherwise the exit code, and why has been said.</summary>
    public async Task<int?> FailsAsync(TimeSpan wait, CancellationToken left)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(left);
        var telling = wait > TimeSpan.Zero ? TellAsync(client.ReadEventsAsync(over.Token), over.Token) : Task.CompletedTask;
        try
        {
            await client.ConnectAsync(wait, left);
            return null;
        }
        catch (GatehouseException exception)
        {
            terminal.Fail($"cannot connect to {exception.Link?.ToString() ?? exception.Message}");
            return ExitCode.NoServer;
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        finally
        {
            await over.CancelAsync();
            await telling;
        }
    }

    /// <summary>A line for each wait, unless the attempt before was the last.</summary>
    private async Task TellAsync(IAsyncEnumerable<ClientEvent> events, CancellationToken over)
    {
        LinkFailure? failure = null;
        try
        {
            await foreach (var @event in events)
            {
                if (@event is LinkEnded ended) failure = ended.Failure;
                else if (@event is StateChanged { State: ConnectionState.Waiting, Delay: not null } change && failure is { IsForNow: true })
                    terminal.Note(ConnectionNote.Of(change, failure));
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Connected, or given up.
        }
    }
}
