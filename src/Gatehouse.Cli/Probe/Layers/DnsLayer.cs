using System.Net;
using Gatehouse.CloudRun.Api;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>The name is resolved.</summary>
internal sealed class DnsLayer : ILayer
{
    public ProbeLayer Layer => ProbeLayer.Dns;

    public string? SkipReason(Walk walk)
    {
        if (!IPAddress.TryParse(walk.Settings.Target.Host, out var address)) return null;
        walk.Addresses = [address];
        return "the target is an address, not a name";
    }

    public async Task<Passage> PassAsync(Walk walk, CancellationToken cancellationToken)
    {
        var host = walk.Settings.Target.Host;
        // The system's resolver cannot be called off, only left behind.
        var addresses = LocalhostDialer.IsLocal(host)
            ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
            : await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(cancellationToken);
        if (addresses.Length is 0) throw new LayerException("HostNotFound", "the name has no address");
        walk.Addresses = addresses;
        return new(string.Join(", ", addresses.Select(address => address.ToString())));
    }
}
