using Gatehouse.Diagnosis;
using Gatehouse.Protocol;

namespace Gatehouse.Cli.Probe;

/// <summary>The service says its first word: <c>welcome</c> of a Gatehouse, or what was asked for of another service.</summary>
internal sealed class HelloLayer : ILayer
{
    private const string NotAsked = "the service is no Gatehouse, and --hello was not given";

    public ProbeLayer Layer => ProbeLayer.Hello;

    public string? SkipReason(Walk walk) => walk.Service.IsGatehouse is false && walk.Settings.Talk.Hello is null ? NotAsked : null;

    public async Task<Passage> PassAsync(Walk walk, CancellationToken cancellationToken)
    {
        if (walk.Service.IsGatehouse is true) return new(await WelcomeAsync(walk, new(walk.Line!), cancellationToken));
        if (walk.Settings.Talk.Hello is { } wanted) return new(await HearAsync(walk.Line!, wanted, cancellationToken));
        return await MeetStrangerAsync(walk, cancellationToken);
    }

    /// <summary>The next message has to be a welcome.</summary>
    public static async Task<string> WelcomeAsync(Walk walk, GatehouseLine gatehouse, CancellationToken cancellationToken)
    {
        switch (await gatehouse.NextAsync(cancellationToken))
        {
            case Welcome { Revision: { } revision, Instance: { } instance } welcome:
                walk.Gatehouse = gatehouse;
                gatehouse.ResumeToken = welcome.ResumeToken;
                return $"welcome from {instance}, revision {revision}";
            case Starting starting:
                walk.StartingNode = starting.Node;
                throw new LayerException("starting", $"the Gatehouse is starting: it waits for node '{starting.Node}'");
            default:
                throw new LayerException("no hello", "the first message is not welcome");
        }
    }

    private static async Task<string> HearAsync(Line line, string wanted, CancellationToken cancellationToken)
    {
        while (!(await line.ReceiveAsync(cancellationToken)).Contains(wanted)) { }
        return "heard what was asked for";
    }

    /// <summary>Nobody knows yet what this is: a Gatehouse speaks first, and soon.</summary>
    private static async Task<Passage> MeetStrangerAsync(Walk walk, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(walk.Settings.FirstWord, walk.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var first = await walk.Line!.ReceiveAsync(either.Token);
            if (GatehouseLine.IsWelcome(first))
            {
                if (walk.Offered.Count > 0 && walk.Answer!.Subprotocol is null) throw UpgradeLayer.NoSubprotocol(walk.Offered);
                walk.Service.IsGatehouse = true;
                return new(await WelcomeAsync(walk, new(walk.Line, first), cancellationToken));
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // It listens: what it is will not be known by waiting.
        }
        walk.Service.IsGatehouse = false;
        return new(NotAsked, IsSkipped: true);
    }
}
