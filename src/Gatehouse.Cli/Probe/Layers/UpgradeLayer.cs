using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>The WebSocket handshake is answered with 101 and all that belongs to it.</summary>
internal sealed class UpgradeLayer : ILayer
{
    public ProbeLayer Layer => ProbeLayer.Upgrade;

    public string? SkipReason(Walk walk) => null;

    public async Task<Passage> PassAsync(Walk walk, CancellationToken cancellationToken)
    {
        await AskAsync(walk, null, cancellationToken);
        var isOurs = walk.Settings.Talk.Service is ServiceKind.Gatehouse;
        if (walk.Answer!.Subprotocol is null && walk.Offered.Count > 0 && (isOurs || walk.Settings.Handshake.Subprotocols is not null)) throw NoSubprotocol(walk.Offered);
        return new(walk.Answer!.Subprotocol is { } chosen ? $"101, subprotocol {chosen}" : "101");
    }

    /// <summary>A client that offers some and is answered none has to fail the connection (RFC 6455 §4.1 by way of the WHATWG's WebSockets standard).</summary>
    public static LayerException NoSubprotocol(IReadOnlyList<string> offered) => new("no subprotocol",
        $"the answer 101 chooses none of the subprotocols offered ({string.Join(", ", offered)}), and a browser ends such a connection: the service does not know it, or a proxy on the way drops Sec-WebSocket-Protocol");

    /// <summary>Asks over the walk's connection and opens its line.</summary>
    public static async Task AskAsync(Walk walk, string? resumeToken, CancellationToken cancellationToken)
    {
        var request = new UpgradeRequest(walk.Settings, walk.Service.Offers, resumeToken);
        walk.Offered = request.Offered;
        var answer = walk.Answer = await UpgradeAnswer.AskAsync(walk.Connection!, request, walk.Clock, cancellationToken);
        walk.Service.Learn(answer);
        if (answer.Status is not 101)
        {
            walk.Known = KnownAnswer.Of(answer.Head, answer.Body);
            throw RefusedUpgrade.Explain(answer, walk.Known);
        }
        request.Check(answer.Head);
        walk.Open(answer.Frames!, answer.Subprotocol);
    }
}
