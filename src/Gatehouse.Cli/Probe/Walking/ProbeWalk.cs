using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// One walk through the layers, as a client makes it: name, connection, encryption, handshake, first word, an answer, a while of silence,
/// a cut line and what comes after it, the end. It stops at the first layer that fails and never throws, except when it is cancelled.
/// </summary>
internal sealed class ProbeWalk(ProbeSettings settings, Service service, TimeProvider clock)
{
    private static readonly ILayer[] Layers =
    [
        new DnsLayer(), new TcpLayer(), new TlsLayer(), new UpgradeLayer(), new HelloLayer(), new TurnLayer(), new HoldLayer(), new ResumeLayer(), new CloseLayer(),
    ];

    private const int BodyChars = 512;

    /// <param name="entered">Told of each layer when it begins.</param>
    public async Task<OutsideProbe> RunAsync(Action<ProbeLayer>? entered, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        using var walk = new Walk(settings, service, clock);
        var log = new LayerLog(walk);
        foreach (var layer in Layers)
        {
            // Beside the walk and in no layer's time: it tells what to offer, and what the service says of itself.
            if (layer.Layer is ProbeLayer.Upgrade && !log.HasFailed && walk.Wants(ProbeLayer.Upgrade))
                await service.MeetAsync(walk.Connection!.Peer.Address, cancellationToken);
            entered?.Invoke(layer.Layer);
            await log.PassAsync(layer, cancellationToken);
        }
        if (log.HasFailed && walk.Connection is { } connection) await service.ReadAfterFailureAsync(connection.Peer.Address, cancellationToken);
        return Result(walk, at, log.Results);
    }

    private OutsideProbe Result(Walk walk, DateTimeOffset at, IReadOnlyList<LayerResult> layers)
    {
        var head = walk.Answer?.Head;
        return new()
        {
            Target = settings.Target.ToString(),
            At = at,
            Layers = layers,
            Status = head?.Status,
            AnsweredBy = Clean(head?["Server"] ?? head?["Via"]),
            RetryAfter = head?.RetryAfter(clock),
            Body = Clean(walk.Answer?.Body),
            Known = walk.Known?.Name,
            Refusal = walk.Answer?.Refusal?.Reason,
            Node = Clean(walk.Answer?.Refusal?.Node ?? walk.StartingNode),
            CloseCode = layers.Any(layer => layer is { Layer: ProbeLayer.Close, Outcome: LayerOutcome.Passed }) ? null : walk.Line?.CloseCode,
            IsGatehouse = service.IsGatehouse,
        };
    }

    private string? Clean(string? text) => text is { Length: > 0 } ? settings.Secrets.Clean(text, BodyChars) : null;
}
