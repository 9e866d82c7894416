using System.Text.Json;

namespace Gatehouse.Consistency.Clients;

/// <summary>
/// Sends the messages of one thread, one after another, and each until a server has accepted it: after a lost connection the same
/// message is sent again, to whichever server.
/// </summary>
internal sealed class Writer(int thread, string threadId, Visit visit, Random random, TimeSpan rest, int most, Words words, Violations violations)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    /// <summary>Completes when the first message has been accepted.</summary>
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int FailedRetries => visit.FailedRetries;

    /// <summary>Answers that asked to come again later.</summary>
    public int Later { get; private set; }

    /// <summary>Sends until <paramref name="stop"/>, or as many as it may; a message that was begun is seen through.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        WireClient? client = null;
        for (var number = 0; number < most && !stop.IsCancellationRequested; number++)
        {
            var (messageId, text) = (Guid.NewGuid().ToString(), Words.Message(thread, number));
            while (true)
            {
                client ??= await visit.ConnectAsync();
                if (client is null) continue;
                try
                {
                    if (await SendAsync(client, messageId, text)) break;
                }
                catch (Exception gone) when (Visit.IsGone(gone))
                {
                    await client.DisposeAsync();
                    client = null;
                    await visit.FailedAsync();
                }
            }
            Begun.TrySetResult();
            await Task.Delay(rest * Math.Pow(random.NextDouble(), 2), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (client is not null) await client.DisposeAsync();
    }

    private async Task<bool> SendAsync(WireClient client, string messageId, string text)
    {
        var answer = await client.AskAsync("run", ("threadId", threadId), ("messageId", messageId), ("text", text), ("agent", "parrot")).WaitAsync(AnswerLimit);
        if (answer.GetProperty("type").GetString() == "accepted")
        {
            words.Note(threadId, new(messageId, text, answer.GetProperty("runId").GetString()!));
            return true;
        }
        await LaterAsync(answer);
        return false;
    }

    private async Task LaterAsync(JsonElement error)
    {
        Later++;
        var code = error.GetProperty("code").GetString();
        violations.Unless(code is "unavailable" or "queue_full", $"thread {thread}: a message was answered {error.GetRawText()}");
        var (isTold, after) = (error.TryGetProperty("retryAfterMs", out var given), 1000);
        violations.Unless(isTold || code != "unavailable", $"thread {thread}: a message was to be sent again, but not told when: {error.GetRawText()}");
        if (isTold) after = Math.Min(given.GetInt32(), 2000);
        await Task.Delay(after);
    }
}
