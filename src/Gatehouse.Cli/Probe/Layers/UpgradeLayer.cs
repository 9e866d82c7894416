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
        return new(walk.Answer!.Subprotocol is { } chosen ? $"101, subprotocol {chosen}" : "101");
    }

    /// <summary>Asks over the walk's connection and opens its line.</summary>
    public static async Task AskAsync(Walk walk, string? resumeToken, CancellationToken cancellationToken)
    {
        var request = new UpgradeRequest(walk.Settings, walk.Service.Offers, resumeToken);
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
