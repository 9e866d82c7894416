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
    public void Begin(string threadId, Asked asked) => _ = RunAsync(threadId, asked);

    private async Task RunAsync(string threadId, Asked asked)
    {
        try
        {
            await StreamAsync(hub.Clients.Group(threadId), threadId, asked);
        }
        catch (Exception exception)
        {
            LogFailed(threadId, exception);
        }
    }

    private async Task StreamAsync(IClientProxy group, string threadId, Asked asked)
    {
        var (tokens, pace, merge, says) = asked;
        var messageId = $"{Guid.NewGuid():N}.0";
        using var timer = pace > TimeSpan.Zero ? new PeriodicTimer(pace, clock) : null;
        var unsent = new StringBuilder();
        long? sentAt = null;
        for (var said = 0; said < tokens; said++)
        {
            if (timer is not null) await timer.WaitForNextTickAsync();
            unsent.Append(says(said));
            // Two ticks of 20 ms may be a little less than 40 ms apart; half a tick is let through.
            if (sentAt is { } before && clock.GetElapsedTime(before) < merge - pace / 2) continue;
            sentAt = clock.GetTimestamp();
            await FlushAsync();
        }
        await FlushAsync();
        await SendAsync(new RunFinished("RUN_FINISHED", threadId));

        async Task FlushAsync()
        {
            if (unsent.Length == 0) return;
            await SendAsync(new TextMessageContent("TEXT_MESSAGE_CONTENT", messageId, unsent.ToString()));
            unsent.Clear();
        }

        // An answer survives what the backplane throws: the most that a server without a store can do.
        async Task SendAsync(object @event)
        {
            try
            {
                await group.SendAsync("event", threadId, @event);
            }
            catch (Exception exception)
            {
                LogNotSent(threadId, exception.Message);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The answer in {ThreadId} failed")]
    private partial void LogFailed(string threadId, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "An event of {ThreadId} was not sent: {Reason}")]
    private partial void LogNotSent(string threadId, string reason);
}
