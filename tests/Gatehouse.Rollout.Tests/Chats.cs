using System.Globalization;
using Gatehouse.Client;

namespace Gatehouse.Rollout.Tests;

/// <summary>
/// People who chat all the while: each says something, hears all of it, and says the next. What they hear is compared with what must come, word by
/// word and once each; some leave now and then and come back by a new connection, as new users do.
/// </summary>
internal sealed class Chats : IAsyncDisposable
{
    private const int Words = 12;
    private readonly CancellationTokenSource _over = new();
    private readonly List<Task> _talking = [];
    private TaskCompletionSource _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);      // the next one
    private int _turns;
    private int _failedUpgrades;

    public int Turns => Volatile.Read(ref _turns);

    /// <summary>Upgrades that were refused or broke, of those to a service that has an instance in service.</summary>
    public int FailedUpgrades => Volatile.Read(ref _failedUpgrades);

    public System.Collections.Concurrent.ConcurrentQueue<string> Lost { get; } = [];

    /// <summary>The revisions' refusals and breaks, in words.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Failures { get; } = [];

    public static async Task<Chats> StartAsync(Uri cloud, int count)
    {
        var chats = new Chats();
        for (var i = 0; i < count; i++) chats._talking.Add(Task.Run(() => chats.TalkAsync(cloud, i)));
        await chats.ReachAsync(count);
        return chats;
    }

    /// <summary>Waits until so many turns have been had by all together, or a word was lost.</summary>
    public async Task ReachAsync(int turns)
    {
        while (true)
        {
            var next = Volatile.Read(ref _turn).Task;
            if (Turns >= turns || !Lost.IsEmpty) return;
            await next;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_talking);
        _over.Dispose();
    }

    private async Task TalkAsync(Uri cloud, int number)
    {
        try
        {
            while (!_over.IsCancellationRequested)
            {
                // One in three is a new user after a few turns; the others stay on their socket.
                await using var client = Open(cloud);
                await ChatAsync(client, number % 3 is 0 ? 4 : int.MaxValue);
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // It is over.
        }
        catch (Exception exception)
        {
            Lost.Enqueue($"chat {number}: {exception.Message}");
            Signal();
        }
    }

    private async Task ChatAsync(GatehouseClient client, int turns)
    {
        var thread = Guid.NewGuid().ToString();
        for (var turn = 0; turn < turns && !_over.IsCancellationRequested; turn++)
        {
            var said = string.Create(CultureInfo.InvariantCulture, $"{Words} words-{turn}");
            var accepted = await client.RunAsync(thread, said, cancellationToken: _over.Token);
            var end = await client.WaitForRunAsync(accepted.RunId, _over.Token);
            if (end.Outcome is not (RunEnd.Success or RunEnd.Unknown)) Lost.Enqueue($"a run ended with {end.Outcome} {end.Code}");
            Check(client.Thread(thread)!, turn, said);
            Interlocked.Increment(ref _turns);
            Signal();
            await Task.Delay(Sizes.Thinking, _over.Token);
        }
    }

    private void Signal() => Interlocked.Exchange(ref _turn, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private void Check(ThreadView view, int turn, string said)
    {
        var expected = string.Concat(Enumerable.Range(1, Words).Select(i => string.Create(CultureInfo.InvariantCulture, $"{said}#{i} ")));
        var answers = view.Messages.Where(message => message.Role is "assistant").ToList();
        if (answers.Count != turn + 1) Lost.Enqueue($"{answers.Count} answers after {turn + 1} turns");
        else if (answers[^1].Content != expected) Lost.Enqueue($"heard '{answers[^1].Content}' in place of '{expected}'");
    }

    private GatehouseClient Open(Uri cloud) => new(new($"ws://127.0.0.1:{cloud.Port}/ws"), new()
    {
        Headers = new Dictionary<string, string> { ["Host"] = $"{Stage.Service}.localhost:{cloud.Port}" },
        OnEvent = told =>
        {
            if (told is not LinkEnded { Failure: { Refusal: not null } failure }) return;
            Interlocked.Increment(ref _failedUpgrades);
            Failures.Enqueue(failure.Reason);
        },
    });
}
