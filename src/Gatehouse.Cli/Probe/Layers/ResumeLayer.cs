using Gatehouse.Diagnosis;
using Gatehouse.Protocol;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// The line is cut without a word; a second connection subscribes at an earlier position and has to bring exactly the rest: the same
/// events, one chain, up to the same position.
/// </summary>
internal sealed class ResumeLayer : ILayer
{
    public ProbeLayer Layer => ProbeLayer.Resume;

    public string? SkipReason(Walk walk) => walk.Turn is not null ? null : "only a Gatehouse resumes";

    public async Task<Passage> PassAsync(Walk walk, CancellationToken cancellationToken)
    {
        var turn = walk.Turn!;
        await ReconnectAsync(walk, cancellationToken);
        var gatehouse = walk.Gatehouse!;
        var subscribed = await gatehouse.AskAsync<Subscribed>(
            id => new SubscribeCommand(id, turn.ThreadId, turn.Rest.From), answer => answer.Id, cancellationToken);
        if (subscribed.Result is Subscribed.Snapshot) return new(await SnapshotAsync(gatehouse, turn, cancellationToken));
        using var rest = new Tail(turn.Rest.From);
        while (rest.Count < turn.Rest.Count || rest.Cursor != turn.Cursor)
        {
            if (rest.Count > turn.Rest.Count) throw Wrong("more events came than there were");
            if (rest.Count == turn.Rest.Count) throw Wrong("the events lead to another position");
            if (await gatehouse.NextAsync(cancellationToken) is EventsMessage events && events.ThreadId == turn.ThreadId) rest.Add(events);
        }
        if (!rest.IsSameAs(turn.Rest)) throw Wrong("the events are not those that were seen before");
        return new(FormattableString.Invariant($"the exact rest, {rest.Count} events"));
    }

    private static async Task ReconnectAsync(Walk walk, CancellationToken cancellationToken)
    {
        var (address, token) = (walk.Connection!.Peer.Address, walk.Gatehouse!.ResumeToken);
        walk.Connection.Cut();
        walk.Use(await new Dialer(walk.Settings, walk.Clock).OpenAsync(address, cancellationToken));
        await UpgradeLayer.AskAsync(walk, token, cancellationToken);
        await HelloLayer.WelcomeAsync(walk, new(walk.Line!), cancellationToken);
    }

    /// <summary>A server may always answer with the whole state; then its position has to be the last one.</summary>
    private static async Task<string> SnapshotAsync(GatehouseLine gatehouse, Turn turn, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await gatehouse.NextAsync(cancellationToken) is not SnapshotMessage snapshot || snapshot.ThreadId != turn.ThreadId) continue;
            if (snapshot.Cursor != turn.Cursor) throw Wrong("the snapshot is of another position");
            if (snapshot.More is not true) return "by a snapshot at the same position";
        }
    }

    private static LayerException Wrong(string reason) => new("wrong rest", reason);
}
