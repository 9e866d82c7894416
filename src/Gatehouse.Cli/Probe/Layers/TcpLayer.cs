using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>One of the addresses takes a connection.</summary>
internal sealed class TcpLayer : ILayer
{
    public ProbeLayer Layer => ProbeLayer.Tcp;

    public string? SkipReason(Walk walk) => null;

    public async Task<Passage> PassAsync(Walk walk, CancellationToken cancellationToken)
    {
        var (connection, note) = await new Dialer(walk.Settings, walk.Clock).ConnectAsync(walk.Addresses, cancellationToken);
        walk.Use(connection);
        return new(note is null ? connection.Peer.ToString() : $"{connection.Peer}, {note}");
    }
}
