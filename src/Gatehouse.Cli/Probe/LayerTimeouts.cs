using System.Collections.Immutable;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>How long each layer may take.</summary>
internal sealed record LayerTimeouts
{
    // An upgrade may be held for 10 s before a Gatehouse answers it, and its document asks for 30; a turn is a model's answer.
    private static readonly ImmutableDictionary<ProbeLayer, TimeSpan> Defaults = new (ProbeLayer Layer, int Seconds)[]
    {
        (ProbeLayer.Dns, 5), (ProbeLayer.Tcp, 5), (ProbeLayer.Tls, 10), (ProbeLayer.Upgrade, 30), (ProbeLayer.Hello, 10),
        (ProbeLayer.Turn, 60), (ProbeLayer.Hold, 10), (ProbeLayer.Resume, 30), (ProbeLayer.Close, 5),
    }.ToImmutableDictionary(each => each.Layer, each => TimeSpan.FromSeconds(each.Seconds));

    private ImmutableDictionary<ProbeLayer, TimeSpan> Limits { get; init; } = Defaults;

    /// <summary>Of the hold it is the time that a pong may take.</summary>
    public TimeSpan this[ProbeLayer layer] => Limits[layer];

    public LayerTimeouts With(ProbeLayer layer, TimeSpan limit) => this with { Limits = Limits.SetItem(layer, limit) };

    public LayerTimeouts WithAll(TimeSpan limit) => this with { Limits = Defaults.ToImmutableDictionary(each => each.Key, _ => limit) };
}
