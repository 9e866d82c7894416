using System.Text;
using Gatehouse.Diagnosis;
using Gatehouse.Protocol;

namespace Gatehouse.Cli.Probe;

/// <summary>A message is answered: by a run that finishes at a Gatehouse, by what was asked for at another service.</summary>
internal sealed class TurnLayer : ILayer
{
    public ProbeLayer Layer => ProbeLayer.Turn;

    public string? SkipReason(Walk walk) =>
        walk.Gatehouse is not null || walk.Settings.Talk.Send is not null ? null : "the service is no Gatehouse, and --send was not given";

    public async Task<Passage> PassAsync(Walk walk, CancellationToken cancellationToken) => new(walk.Gatehouse is { } gatehouse
        ? await ChatAsync(walk, gatehouse, cancellationToken)
        : await ExchangeAsync(walk, cancellationToken));

    private static async Task<string> ChatAsync(Walk walk, GatehouseLine gatehouse, CancellationToken cancellationToken)
    {
        var (threadId, messageId) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var talk = walk.Settings.Talk;
        var accepted = await gatehouse.AskAsync<Accepted>(
            id => new RunCommand(id, threadId, messageId, talk.Message, talk.Agent), answer => answer.Id, cancellationToken);
        var turn = walk.Turn = new(threadId, accepted.RunId, accepted.Cursor);
        while (!turn.Apply(await gatehouse.NextAsync(cancellationToken))) { }
        return FormattableString.Invariant($"{turn.Events} events, in order");
    }

    private static async Task<string> ExchangeAsync(Walk walk, CancellationToken cancellationToken)
    {
        var talk = walk.Settings.Talk;
        await walk.Line!.SendAsync(Encoding.UTF8.GetBytes(talk.Send!), cancellationToken);
        while (!(await walk.Line.ReceiveAsync(cancellationToken)).Contains(talk.Expect ?? "")) { }
        return "answered";
    }
}
