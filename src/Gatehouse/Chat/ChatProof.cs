using System.Net;
using System.Net.WebSockets;
using Gatehouse.Protocol;
using Gatehouse.Readiness;
using Gatehouse.Store;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Gatehouse.Chat;

/// <summary>
/// The node <c>chat</c>: the server proves over its own front door that it can do its job. It opens a WebSocket to its own
/// listener, has one turn answered, resumes it on a second socket, compares, and removes it.
/// </summary>
internal sealed class ChatProof(IServer server, IStore store, SelfTestSecret secret, Operations.GatehouseMetrics metrics, TimeProvider clock)
{
    // A proof holds so long; meanwhile a real turn that was answered is proof enough.
    private static readonly TimeSpan ProofHolds = TimeSpan.FromMinutes(1);

    private long _provedAt;
    private long _turns;

    public async Task<CheckResult> CheckAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var turns = metrics.Runs[Operations.RunOutcome.Success];
        if (node.IsMonitoring && node.Failures == 0 && (turns > _turns || clock.GetElapsedTime(_provedAt) < ProofHolds))
        {
            _turns = turns;
            return CheckResult.Healthy;
        }
        var threadId = SelfTest.NewThread();
        try
        {
            var fault = await ProveAsync(threadId, cancellationToken);
            if (fault is not null) return CheckResult.Failed(fault);
            _provedAt = clock.GetTimestamp();
            return CheckResult.Healthy;
        }
        finally
        {
            await store.RemoveAsync(threadId, CancellationToken.None);
        }
    }

    private async Task<string?> ProveAsync(string threadId, CancellationToken cancellationToken)
    {
        string? cursor = null;
        var live = await TurnAsync(new RunCommand(new(1), threadId, "question", "Are you there?", SelfTest.AgentName), threadId, message =>
        {
            if (message is Accepted accepted) cursor = accepted.Cursor;
        }, cancellationToken);
        if (live.Fault is not null) return live.Fault;
        var resumed = await TurnAsync(new SubscribeCommand(new(1), threadId, cursor), threadId, static _ => { }, cancellationToken);
        if (resumed.Fault is not null) return $"Resuming: {resumed.Fault}";
        return live.Text != SelfTest.Answer ? "The self-test's turn was not answered as it should be."
            : resumed.Text != live.Text ? "A resumed turn differs from the one that was watched live."
            : null;
    }

    private async Task<(string? Fault, string Text)> TurnAsync(
        Command command, string threadId, Action<ServerMessage> see, CancellationToken cancellationToken)
    {
        if (Address() is not { } address) return ("The server listens nowhere.", "");
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(Limits.Subprotocol);
        socket.Options.SetRequestHeader(SelfTestSecret.Header, secret.Value);
        socket.Options.Proxy = null;
        await socket.ConnectAsync(address, cancellationToken);
        await socket.SendAsync(command.ToUtf8(), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        var text = "";
        await foreach (var message in ReadAsync(socket, cancellationToken))
        {
            see(message);
            if (message is ErrorMessage error) return ($"{error.Code}: {error.Message}", text);
            if (message is not EventsMessage events || events.ThreadId != threadId) continue;
            foreach (var each in events.Events)
                switch (each.GetProperty("type").GetString())
                {
                    case "TEXT_MESSAGE_START": text = ""; break;
                    case "TEXT_MESSAGE_CONTENT": text += each.GetProperty("delta").GetString(); break;
                    case "RUN_ERROR": return (each.GetProperty("message").GetString(), text);
                    case "RUN_FINISHED": return (null, text);
                }
        }
        return ("The connection ended before the turn did.", text);
    }

    private static async IAsyncEnumerable<ServerMessage> ReadAsync(
        ClientWebSocket socket, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += result.Count;
            }
            while (!result.EndOfMessage && length < buffer.Length);
            if (result.MessageType is WebSocketMessageType.Close) yield break;
            var rest = buffer.AsMemory(0, length);
            while (!rest.IsEmpty)
            {
                var end = rest.Span.IndexOf((byte)'\n');
                var line = end < 0 ? rest : rest[..end];
                rest = end < 0 ? default : rest[(end + 1)..];
                if (ServerMessage.Parse(line.Span) is { } message) yield return message;
            }
        }
    }

    // Whatever the listener is bound to, it can be reached from here.
    private Uri? Address()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var address in addresses)
        {
            var binding = Microsoft.AspNetCore.Http.BindingAddress.Parse(address);
            if (binding.IsUnixPipe || binding.IsNamedPipe) continue;
            var host = IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any)
                ? binding.Host : "127.0.0.1";
            return new($"{(binding.Scheme == "https" ? "wss" : "ws")}://{host}:{binding.Port}/ws");
        }
        return null;
    }
}
