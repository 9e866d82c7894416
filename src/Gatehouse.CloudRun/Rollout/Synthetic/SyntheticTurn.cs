using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>One message to an agent and all that comes of it, checked event by event.</summary>
internal sealed class SyntheticTurn(VerifySettings settings, TimeProvider clock)
{
    private readonly string _thread = Guid.NewGuid().ToString();
    private string _cursor = "";
    private string _runId = "";
    private long _sent;

    /// <summary>From the message to the first event of the answer; null if there was none.</summary>
    public TimeSpan? FirstEvent { get; private set; }

    public async Task SayAsync(SyntheticSocket socket, CancellationToken cancellationToken)
    {
        _sent = clock.GetTimestamp();
        await socket.SendAsync(id => new RunCommand(id, _thread, Guid.NewGuid().ToString(), settings.Message, settings.Agent), cancellationToken);
        while (true)
            switch (await socket.NextAsync(cancellationToken))
            {
                case Accepted accepted when accepted.ThreadId == _thread:
                    (_cursor, _runId) = (accepted.Cursor, accepted.RunId);
                    return;
                case ErrorMessage error:
                    throw new SyntheticException($"the message was refused: {error.Code}");
            }
    }

    /// <summary>Reads until something of the answer has come.</summary>
    /// <returns>Whether that was all of it.</returns>
    public Task<bool> ReadSomeAsync(SyntheticSocket socket, CancellationToken cancellationToken) => ReadAsync(socket, untilAnswer: true, cancellationToken);

    public Task ReadAllAsync(SyntheticSocket socket, CancellationToken cancellationToken) => ReadAsync(socket, untilAnswer: false, cancellationToken);

    /// <summary>Goes on, on another socket, at the exact position.</summary>
    public async Task ResumeAsync(SyntheticSocket socket, CancellationToken cancellationToken)
    {
        await socket.SendAsync(id => new SubscribeCommand(id, _thread, _cursor), cancellationToken);
        while (true)
            switch (await socket.NextAsync(cancellationToken))
            {
                case Subscribed subscribed when subscribed.ThreadId == _thread:
                    return;
                case ErrorMessage error:
                    throw new SyntheticException($"the subscription was refused: {error.Code}");
            }
    }

    private async Task<bool> ReadAsync(SyntheticSocket socket, bool untilAnswer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var hasEnded = await socket.NextAsync(cancellationToken) switch
            {
                EventsMessage events when events.ThreadId == _thread => Apply(events),
                SnapshotMessage snapshot when snapshot.ThreadId == _thread => Apply(snapshot),
                ErrorMessage error => throw new SyntheticException($"the server complained: {error.Code}"),
                _ => false,
            };
            if (hasEnded) return true;
            if (untilAnswer && FirstEvent is not null) return false;
        }
    }

    private bool Apply(EventsMessage events)
    {
        if (events.After != _cursor) throw new SyntheticException("events that do not follow the last position");
        _cursor = events.Cursor;
        var hasEnded = false;
        foreach (var each in events.Events)
        {
            if (FirstEvent is null && IsAnswer(each)) FirstEvent = clock.GetElapsedTime(_sent);
            hasEnded |= Ends(each);
        }
        return hasEnded;
    }

    private bool Apply(SnapshotMessage snapshot)
    {
        _cursor = snapshot.Cursor;
        return snapshot.More is not true && snapshot.Run?.RunId != _runId && !snapshot.Queued.Any(run => run.RunId == _runId);
    }

    // The user's own message is part of the run; what counts is what the agent does.
    private static bool IsAnswer(JsonElement each) => Text(each, "type") switch
    {
        "TEXT_MESSAGE_START" => Text(each, "role") is not "user",
        "REASONING_START" or "REASONING_MESSAGE_START" or "TOOL_CALL_START" => true,
        _ => false,
    };

    private bool Ends(JsonElement each) => Text(each, "type") switch
    {
        "RUN_ERROR" => throw new SyntheticException($"the run failed: {Text(each, "code") ?? "it does not say why"}"),
        "RUN_FINISHED" => Text(each, "runId") == _runId,
        _ => false,
    };

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
