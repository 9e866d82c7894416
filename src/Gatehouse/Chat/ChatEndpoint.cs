using System.Net.WebSockets;
using Gatehouse.Admission;
using Gatehouse.Log;
using Gatehouse.Operations;
using Gatehouse.Protocol;
using Gatehouse.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Chat;

/// <summary>The upgrade at <c>/ws</c>: has admission decide, and serves the connection until it ends.</summary>
internal sealed class ChatEndpoint(
    AdmissionGate gate, Connections connections, Intake intake, ThreadFeeds feeds, IConversationLog log, IStore store,
    GatehouseMetrics metrics, ResumeTokens resumeTokens, SelfTestSecret secret, GatehouseOptions options, Instance instance,
    TimeProvider clock, ILogger<Connection> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (UpgradeForm.FaultOf(context, options.AllowedOrigins) is { } fault)
        {
            gate.Misformed(fault);
            await RefusalResponse.WriteAsync(context, fault);
        }
        else if (secret.IsShownBy(context.Request))
            await ServeAsync(context, selfTest: true);
        else
            await AdmitAsync(context);
    }

    private async Task AdmitAsync(HttpContext context)
    {
        var handshake = gate.Recognise(context);
        var decision = gate.Decide(handshake);
        using var seat = decision.Seat;
        if (decision.Verdict is AdmissionVerdict.Hold) decision = await gate.HoldAsync(handshake, decision, context.RequestAborted);
        switch (decision.Verdict)
        {
            case AdmissionVerdict.Accept:
                await ServeAsync(context, selfTest: false);
                break;
            case AdmissionVerdict.Tell:
                using (var socket = await AcceptAsync(context))
                    await StartingNotice.TellAsync(socket, decision.Node, clock, context.RequestAborted);
                break;
            case AdmissionVerdict.Refuse:
                await RefusalResponse.WriteAsync(context, decision.Refusal!);
                break;
        }
    }

    private Task<WebSocket> AcceptAsync(HttpContext context) => context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
    {
        SubProtocol = context.WebSockets.WebSocketRequestedProtocols.Contains(Limits.Subprotocol) ? Limits.Subprotocol : null,
        KeepAliveInterval = options.Heartbeat,
        KeepAliveTimeout = options.Heartbeat * 1.25,    // with the interval: dead after 45 s at the default
    });

    private async Task ServeAsync(HttpContext context, bool selfTest)
    {
        using var socket = await AcceptAsync(context);
        var aborted = context.RequestAborted;
        var id = Guid.CreateVersion7().ToString("N");
        var writer = new ConnectionWriter(socket, metrics, clock, selfTest, logger, aborted);
        var handler = new CommandHandler(writer, intake, feeds, log, store, metrics, clock, selfTest, logger);
        using var counted = selfTest ? null : new CountedConnection(metrics);
        var connection = new Connection(socket, writer, handler, counted, clock);
        var welcome = new Welcome(
            id, instance.Id, instance.Revision, (int)options.Heartbeat.TotalMilliseconds, (int)options.Reconnect.TotalMilliseconds,
            Limits.FrameBytes, resumeTokens.Issue(id));
        using var entry = connections.Add(connection);
        await connection.RunAsync(welcome, aborted);
    }
}
