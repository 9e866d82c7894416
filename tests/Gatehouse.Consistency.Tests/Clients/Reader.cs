using System.Text.Json;

namespace Gatehouse.Consistency.Clients;

/// <summary>Follows one thread through whatever happens to its connections, by the one rule of the protocol and nothing more.</summary>
internal sealed class Reader(View view, Visit visit, Random random, Violations violations)
{
    public View View => view;

    public int Failures => visit.Failures;

    public int FailedRetries => visit.FailedRetries;

    /// <summary>Subscriptions that were answered from the log, and by a snapshot.</summary>
    public (int Replayed, int Snapshot) Resumed { get; private set; }

    /// <summary>Reads until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        WireClient? left = null;        // the connection that a server has asked to leave; kept until the next one serves
        while (!stop.IsCancellationRequested)
        {
            if (await visit.ConnectAsync() is not { } client) continue;
            try
            {
                await SubscribeAsync(client);
                if (left is not null) await left.DisposeAsync();
                left = null;
                if (await FollowAsync(client, stop))
                {
                    left = client;      // moves on at once
                    continue;
                }
            }
            catch (Exception gone) when (Visit.IsGone(gone))
            {
                if (!stop.IsCancellationRequested) await visit.FailedAsync();
            }
            await client.DisposeAsync();
        }
        if (left is not null) await left.DisposeAsync();
    }

    /// <returns>True if the server goes away.</returns>
    private async Task<bool> FollowAsync(WireClient client, CancellationToken stop)
    {
        while (true)
        {
            // Now and then a tab is closed, or a train goes into a tunnel.
            if (random.Next(400) == 0) throw new WireClosedException(null);
            using var patience = visit.Patience();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
            var message = await client.NextAsync(either.Token);
            switch (message.GetProperty("type").GetString())
            {
                case "events" when !view.Apply(message):
                    await SubscribeAsync(client);
                    break;
                case "snapshot":
                    view.Replace(message);
                    break;
                case "heartbeat" when IsBehind(message):
                    await SubscribeAsync(client);
                    break;
                case "goaway":
                    return true;
            }
        }
    }

    private async Task SubscribeAsync(WireClient client)
    {
        while (true)
        {
            using var patience = visit.Patience();
            var answer = await AskAsync(client, patience.Token);
            if (answer.GetProperty("type").GetString() == "subscribed")
            {
                var replayed = answer.GetProperty("result").GetString() == "replayed";
                Resumed = replayed ? Resumed with { Replayed = Resumed.Replayed + 1 } : Resumed with { Snapshot = Resumed.Snapshot + 1 };
                return;
            }
            violations.Unless(answer.GetProperty("code").GetString() == "unavailable", $"{view.Name}: a subscription was answered {answer.GetRawText()}");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1000)), patience.Token);
        }
    }

    // What is still under way of an earlier subscription comes before the answer, and is not ours any more.
    private async Task<JsonElement> AskAsync(WireClient client, CancellationToken cancellationToken)
    {
        var id = view.Cursor is { } cursor
            ? await client.CommandAsync("subscribe", ("threadId", view.ThreadId), ("cursor", cursor))
            : await client.CommandAsync("subscribe", ("threadId", view.ThreadId));
        while (true)
        {
            var message = await client.NextAsync(cancellationToken);
            if (message.TryGetProperty("id", out var answered) && answered.GetInt32() == id) return message;
        }
    }

    private bool IsBehind(JsonElement heartbeat) =>
        heartbeat.GetProperty("heads").TryGetProperty(view.ThreadId, out var head) && head.GetString() != view.Cursor;
}
