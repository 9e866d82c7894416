using System.Text;
using Microsoft.AspNetCore.SignalR;

namespace Gatehouse.Bench.SignalR;

/// <summary>The two events that a thread's readers get, in AG-UI's words.</summary>
internal sealed record TextMessageContent(string Type, string MessageId, string Delta);

/// <inheritdoc cref="TextMessageContent"/>
internal sealed record RunFinished(string Type, string ThreadId);

/// <summary>Streams answers into groups: a token every so often, one event for all that came within the time to merge.</summary>
internal sealed partial class Answers(IHubContext<ChatHub> hub, TimeProvider clock, ILogger<Answers> logger)
{
    private const string Token = "tok~ ";

    public void Begin(string threadId, int tokens, TimeSpan pace, TimeSpan merge) => _ = RunAsync(threadId, tokens, pace, merge);

    private async Task RunAsync(string threadId, int tokens, TimeSpan pace, TimeSpan merge)
    {
        try
        {
            await StreamAsync(hub.Clients.Group(threadId), threadId, tokens, pace, merge);
        }
        catch (Exception exception)
        {
            LogFailed(threadId, exception);
        }
    }

    private async Task StreamAsync(IClientProxy group, string threadId, int tokens, TimeSpan pace, TimeSpan merge)
    {
        var messageId = $"{Guid.NewGuid():N}.0";
        using var timer = pace > TimeSpan.Zero ? new PeriodicTimer(pace, clock) : null;
        var unsent = new StringBuilder();
        long? sentAt = null;
        for (var said = 0; said < tokens; said++)
        {
            if (timer is not null) await timer.WaitForNextTickAsync();
            unsent.Append(Token);
            // Two ticks of 20 ms may be a little less than 40 ms apart; half a tick is let through.
            if (sentAt is { } before && clock.GetElapsedTime(before) < merge - pace / 2) continue;
            sentAt = clock.GetTimestamp();
            await FlushAsync();
        }
        await FlushAsync();
        await group.SendAsync("event", threadId, new RunFinished("RUN_FINISHED", threadId));

        async Task FlushAsync()
        {
            if (unsent.Length == 0) return;
            await group.SendAsync("event", threadId, new TextMessageContent("TEXT_MESSAGE_CONTENT", messageId, unsent.ToString()));
            unsent.Clear();
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The answer in {ThreadId} failed")]
    private partial void LogFailed(string threadId, Exception exception);
}
