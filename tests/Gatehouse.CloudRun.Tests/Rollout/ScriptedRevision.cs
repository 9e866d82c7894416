using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.CloudRun.Tests.Rollout;

/// <summary>A revision that does as the test says: real sockets and the protocol, no server behind them.</summary>
internal sealed class ScriptedRevision(string name)
{
    private static readonly ConcurrentDictionary<string, string> Runs = new();
    private int _upgrades;
    private int _open;

    public string Name { get; } = name;

    /// <summary>Null: the platform does not know yet.</summary>
    public bool? IsReady { get; set; } = true;

    /// <summary>How the n-th upgrade is refused; null: it is not.</summary>
    public Func<int, int?> Refuses { get; set; } = _ => null;

    public string Welcome { get; set; } = name;

    public TimeSpan FirstEvent { get; set; } = TimeSpan.FromMilliseconds(1);

    public TimeSpan DropsAfter { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Of <c>/ready</c>.</summary>
    public Func<int> Ready { get; set; } = () => 200;

    public bool FailsTurns { get; set; }

    /// <summary>What users add to its totals at each look.</summary>
    public (long Accepted, long Refused) UsersPerLook { get; set; }

    public long MemoryPerLook { get; set; }

    /// <summary>Sockets of users that stay until they are asked, or deleted.</summary>
    public int UsersOpen { get; set; }

    public int Open => Volatile.Read(ref _open) + UsersOpen;

    public bool IsDeleted { get; set; }

    public int Upgrades => Volatile.Read(ref _upgrades);

    private long _looks;

    public JsonObject Status()
    {
        var looks = Interlocked.Increment(ref _looks);
        return new()
        {
            ["id"] = $"{Name}-1",
            ["revision"] = Name,
            ["secondsAgo"] = 0,
            ["ready"] = true,
            ["open"] = Open,
            ["held"] = 0,
            ["draining"] = 0,
            ["totals"] = new JsonObject
            {
                ["accepted"] = Upgrades + UsersPerLook.Accepted * looks,
                ["refused"] = UsersPerLook.Refused * looks,
                ["turns"] = 0,
                ["failed"] = 0,
                ["memoryBytes"] = (100L << 20) + MemoryPerLook * looks,
            },
        };
    }

    public async Task ServeAsync(HttpContext context)
    {
        var number = Interlocked.Increment(ref _upgrades);
        if (Refuses(number) is { } status)
        {
            context.Response.StatusCode = status;
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync("gatehouse.v1");
        Interlocked.Increment(ref _open);
        using var over = new CancellationTokenSource(DropsAfter);
        try
        {
            await TalkAsync(socket, over.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            context.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task TalkAsync(WebSocket socket, CancellationToken over)
    {
        await SayAsync(socket, new() { ["type"] = "welcome", ["connectionId"] = "c", ["instance"] = $"{Name}-1", ["revision"] = Welcome, ["heartbeatMs"] = 20000, ["reconnectMs"] = 100, ["maxFrameBytes"] = 65536, ["resumeToken"] = "r" }, over);
        var buffer = new byte[4096];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, over);
            if (received.MessageType is WebSocketMessageType.Close) return;
            var command = JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, received.Count))!.AsObject();
            var thread = (string)command["threadId"]!;
            if ((string?)command["type"] is "run")
            {
                Runs[thread] = $"run-{thread}";
                await SayAsync(socket, new() { ["type"] = "accepted", ["id"] = command["id"]!.DeepClone(), ["threadId"] = thread, ["runId"] = Runs[thread], ["cursor"] = "0" }, over);
                await Task.Delay(FirstEvent, over);
                await EventsAsync(socket, thread, 0, over);
            }
            else
            {
                await SayAsync(socket, new() { ["type"] = "subscribed", ["id"] = command["id"]!.DeepClone(), ["threadId"] = thread, ["result"] = "replayed", ["cursor"] = command["cursor"]!.DeepClone() }, over);
                await EventsAsync(socket, thread, int.Parse((string)command["cursor"]!), over);
            }
        }
    }

    private async Task EventsAsync(WebSocket socket, string thread, int from, CancellationToken over)
    {
        var run = Runs[thread];
        JsonObject[] events =
        [
            new() { ["type"] = "TEXT_MESSAGE_START", ["messageId"] = "m", ["role"] = "assistant" },
            FailsTurns ? new() { ["type"] = "RUN_ERROR", ["code"] = "agent_failed", ["message"] = "no" } : new() { ["type"] = "RUN_FINISHED", ["threadId"] = thread, ["runId"] = run },
        ];
        for (var i = from; i < events.Length; i++)
            await SayAsync(socket, new() { ["type"] = "events", ["threadId"] = thread, ["after"] = $"{i}", ["cursor"] = $"{i + 1}", ["events"] = new JsonArray(events[i]) }, over);
    }

    private static Task SayAsync(WebSocket socket, JsonObject message, CancellationToken over) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, over);
}
