using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>The connection is encrypted and the certificate trusted.</summary>
internal sealed class TlsLayer : ILayer
{
    public ProbeLayer Layer => ProbeLayer.Tls;

    public string? SkipReason(Walk walk) => walk.Settings.Target.IsSecure ? null : "the address is ws, not wss";

    public async Task<Passage> PassAsync(Walk walk, CancellationToken cancellationToken) =>
        new(await walk.Connection!.SecureAsync(walk.Settings, cancellationToken));
}
