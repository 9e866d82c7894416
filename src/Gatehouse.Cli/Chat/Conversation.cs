using System.Text.Json;
using Gatehouse.Client;

namespace Gatehouse.Cli;

/// <summary>One thread at a time: says things, shows what comes back, waits for the end.</summary>
internal sealed class Conversation(GatehouseClient client, Terminal terminal, string? agent)
{
    private readonly Lock _gate = new();            // guards _run and _cancelling
    private RunningAnswer? _run;
    private Task? _cancelling;

    public string ThreadId { get; private set; } = Guid.NewGuid().ToString();

    private ThreadPrinter Printer { get; set; } = new(terminal);

    /// <summary>Begins a new thread.</summary>
    public void BeginNew()
    {
        client.Unfollow(ThreadId);
        (ThreadId, Printer) = (Guid.NewGuid().ToString(), new(terminal));
    }

    /// <summary>Goes to a thread and prints what was said there.</summary>
    public async Task OpenAsync(string threadId, CancellationToken cancellationToken)
    {
        if (threadId != ThreadId) client.Unfollow(ThreadId);
        (ThreadId, Printer) = (threadId, new(terminal));
        await client.FollowAsync(threadId, cancellationToken);
        Show();
        if (client.Thread(threadId)?.Run is { } run) await WatchAsync(run.RunId, cancellationToken);
    }

    /// <summary>Says something and prints the answer. Null if it was refused, or the user left.</summary>
    public async Task<RunEnd?> SayAsync(string text, CancellationToken left)
    {
        var messageId = Guid.NewGuid().ToString();
        Printer.Skip(messageId);
        return await UntilEndAsync(async () => (await client.RunAsync(ThreadId, text, agent, messageId, left)).RunId, left);
    }

    /// <summary>Approves or refuses what the agent asks, and prints how it goes on.</summary>
    public Task<RunEnd?> AnswerAsync(string interruptId, bool approved, CancellationToken left) =>
        UntilEndAsync(async () =>
            (await client.AnswerAsync(interruptId, JsonElement.Parse(approved ? """{"approved":true}""" : """{"approved":false}"""), left)).RunId, left);

    /// <summary>Asks for the end of the answer. False if there is none, or it has been asked before.</summary>
    public bool TryCancel()
    {
        lock (_gate)
        {
            if (_run is not { } run || _cancelling is not null) return false;
            _cancelling = CancelAsync(run);
            return true;
        }
    }

    private async Task<RunEnd?> UntilEndAsync(Func<Task<string>> ask, CancellationToken left)
    {
        try
        {
            return await WatchAsync(await ask(), left);
        }
        catch (GatehouseException exception)
        {
            terminal.Fail(exception.Message);
            return null;
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Prints what happens in the thread until the run has ended.</summary>
    private async Task<RunEnd> WatchAsync(string runId, CancellationToken left)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(left);
        Begin(new(runId, over.Token));
        var printing = PrintAsync(client.ReadEventsAsync(over.Token), over.Token);
        try
        {
            var end = await client.WaitForRunAsync(runId, left);
            Show();
            Report(end);
            return end;
        }
        finally
        {
            await over.CancelAsync();
            await printing;
            await End();
        }
    }

    private async Task PrintAsync(IAsyncEnumerable<ClientEvent> events, CancellationToken cancellationToken)
    {
        Show();
        try
        {
            await foreach (var @event in events)
            {
                if (@event is EventsApplied or SnapshotApplied) Show();
                else if (ConnectionNote.Of(@event) is { } note) terminal.Note(note);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run has ended, or the user left.
        }
    }

    private void Show()
    {
        if (client.Thread(ThreadId) is { } view) Printer.Show(view);
    }

    private void Report(RunEnd end)
    {
        terminal.EndLine();
        if (end.Outcome is RunEnd.Error) terminal.Fail($"{end.Message} ({end.Code})");
        else if (end.Outcome is RunEnd.Cancelled) terminal.Note("cancelled");
        foreach (var interrupt in end.Interrupts ?? []) terminal.Note($"? {interrupt.Message ?? interrupt.Reason}");
    }

    private void Begin(RunningAnswer run)
    {
        lock (_gate) (_run, _cancelling) = (run, null);
    }

    /// <summary>From now on there is nothing to cancel. Returns what is left of a cancel that was asked for.</summary>
    private Task End()
    {
        lock (_gate)
        {
            _run = null;
            return _cancelling ?? Task.CompletedTask;
        }
    }

    private async Task CancelAsync(RunningAnswer run)
    {
        try
        {
            await client.CancelAsync(run.RunId, run.Over);
        }
        catch (GatehouseException exception)
        {
            terminal.Fail(exception.Message);
        }
        catch (OperationCanceledException) when (run.Over.IsCancellationRequested)
        {
            // The run ended before the server said that it would.
        }
    }

    private sealed record RunningAnswer(string RunId, CancellationToken Over);
}
