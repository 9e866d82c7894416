using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gatehouse.Consistency.Clients;
using Gatehouse.Consistency.Clusters;

namespace Gatehouse.Consistency;

/// <summary>One of two servers is asked to end in the middle of everything.</summary>
public sealed class DrainTests : IAsyncLifetime
{
    private const int Chats = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Violations _violations = new();
    private Cluster? _cluster;

    private Member Old => _cluster!.Members[0];

    private Member Other => _cluster!.Members[1];

    public async ValueTask InitializeAsync() =>
        _cluster = await Cluster.StartAsync(2, $"--Parrot:Repeats={Words.Repeats}", "--Parrot:PaceMs=100", "--Admission:HandshakesPerSecond=0");

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Its_clients_are_on_the_other_one_before_it_ends_its_runs_go_on_there_and_it_ends_with_0_within_8_seconds()
    {
        var chats = await Task.WhenAll(Enumerable.Range(0, Chats).Select(BeginAsync));
        using var silent = await OpenAsync();
        using var half = await OpenAsync("GET /ws HTTP/1.1\r\nHost: gatehouse\r\nUpgrade: websoc");
        await using var deaf = await WireClient.ConnectAsync(Old.Server.Port);      // hears that it is to go, and stays

        var watch = Stopwatch.StartNew();
        Old.Server.Terminate();
        var moving = chats.Select(chat => Task.Run(() => MoveAsync(chat))).ToList();
        await deaf.UntilAsync(message => Type(message) == "goaway").WaitAsync(Patience);      // the door is closed by then
        var idle = Task.Run(deaf.EndAsync);
        var late = Task.Run(LateAsync);
        Assert.Equal(0, await Old.Server.ExitAsync());
        var took = watch.Elapsed;

        TestContext.Current.TestOutputHelper!.WriteLine($"Drained and ended in {took.TotalSeconds:0.0} s.");
        Assert.True(took < TimeSpan.FromSeconds(10), $"It took {took}: {Old.Server.Output}");      // 8 s where nothing else wants the processors; Cloud Run kills after 10
        Assert.Equal(1012, await idle);
        await late;
        await Task.WhenAll(moving).WaitAsync(Patience);
        Assert.Empty(_violations.All);
        Assert.DoesNotContain("Exception", Old.Server.Output, StringComparison.Ordinal);
    }

    private async Task<(View View, WireClient Client, string Text)> BeginAsync(int number)
    {
        // Every other answer would take longer than a drain may: its step is dropped and made anew by the next owner.
        var text = number % 2 == 0 ? Words.Message(number, 0) : string.Join(' ', Enumerable.Range(0, 4).Select(part => Words.Message(number, part)));
        var threadId = Guid.NewGuid().ToString();
        var client = await WireClient.ConnectAsync(Old.Server.Port);
        var view = new View($"chat {number}", threadId, _violations);
        await client.AskAsync("run", ("threadId", threadId), ("messageId", Guid.NewGuid().ToString()), ("text", text), ("agent", "parrot"));
        var subscribed = await client.AskAsync("subscribe", ("threadId", threadId));
        Assert.True(Type(subscribed) == "subscribed", subscribed.GetRawText());
        while (view.Events < 5) See(view, await client.NextAsync());        // in the middle of the answer
        return (view, client, text);
    }

    // As docs/protocol.md has it: the new connection first, subscribed at the cursor, and then the old one is closed.
    private async Task MoveAsync((View View, WireClient Client, string Text) chat)
    {
        var (view, old, text) = chat;
        var goAway = await old.UntilAsync(message => Type(message) == "goaway", message => See(view, message));
        _violations.Unless(goAway.GetProperty("deadlineMs").GetInt32() is > 0 and <= 8000, goAway.GetRawText());
        await using var client = await WireClient.ConnectAsync(Other.Server.Port);
        var subscribed = await client.AskAsync("subscribe", ("threadId", view.ThreadId), ("cursor", view.Cursor));
        _violations.Unless(subscribed.GetProperty("result").GetString() == "replayed", $"{view.Name}: {subscribed.GetRawText()}");
        _violations.Unless(await IsOpenAsync(old), $"{view.Name}: the old server closed before the new one served");
        await old.DisposeAsync();
        while (view.AtEnd.Count == 0) See(view, await client.NextAsync());
        _violations.Unless(view.Messages[^1].Content == Words.Answer(text), $"{view.Name}: '{view.Messages[^1].Content}'");
    }

    private static async Task<bool> IsOpenAsync(WireClient client)
    {
        try
        {
            await client.AskAsync("threads");
            return true;
        }
        catch (WireClosedException)
        {
            return false;
        }
    }

    // One after another, until nobody is there any more: each is refused in words, or not served; none is let in.
    private async Task LateAsync()
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Old.Server.GetStatusAsync("/ready"));
        for (var answers = 0; ; answers++)
        {
            try
            {
                using var line = await OpenAsync(
                    "GET /ws HTTP/1.1\r\nHost: gatehouse\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: gatehouse.v1\r\n\r\n");
                var answer = new byte[1024];
                var text = Encoding.ASCII.GetString(answer, 0, await line.ReceiveAsync(answer));
                _violations.Unless(text.Length == 0 || text.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal), $"an upgrade during the drain: {text}");
            }
            catch (SocketException) when (answers > 0)
            {
                return;
            }
            await Task.Delay(20);
        }
    }

    private async Task<Socket> OpenAsync(string text = "")
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Old.Server.Port);
        if (text.Length > 0) await socket.SendAsync(Encoding.ASCII.GetBytes(text));
        return socket;
    }

    private void See(View view, JsonElement message)
    {
        switch (Type(message))
        {
            case "events": _violations.Unless(view.Apply(message), $"{view.Name}: a gap at {view.Cursor}"); break;
            case "snapshot": view.Replace(message); break;
        }
    }

    private static string? Type(JsonElement message) => message.GetProperty("type").GetString();
}
