using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>What all walks of a run have in common: counts, and the durations of what passed. Its memory grows by these alone. For any thread.</summary>
internal sealed class Tally
{
    private const int MostFailures = 50;
    private readonly Lock _gate = new();        // guards all below
    private readonly Dictionary<ProbeLayer, LayerTally> _layers = Enum.GetValues<ProbeLayer>().ToDictionary(layer => layer, layer => new LayerTally(layer));
    private readonly List<FailureTally> _failures = [];

    public int Walks { get; private set; }

    public int Failed { get; private set; }

    /// <summary>The first that failed; if none did, the last.</summary>
    public OutsideProbe? Shown { get; private set; }

    /// <summary>Of walks that passed all their layers: the layers' time without the hold, which is waiting by intent.</summary>
    public Percentiles Total { get; } = new();

    public IReadOnlyCollection<LayerTally> Layers => _layers.Values;

    /// <summary>The kinds of failure in the order in which they came; no more than fifty are told apart.</summary>
    public IReadOnlyList<FailureTally> Failures => _failures;

    public LayerTally this[ProbeLayer layer] => _layers[layer];

    public void Add(OutsideProbe probe)
    {
        lock (_gate)
        {
            Walks++;
            foreach (var layer in probe.Layers) _layers[layer.Layer].Add(layer);
            if (Failed is 0) Shown = probe;
            if (probe.FirstFailure is { } failure) AddFailureLocked(probe, failure);
            else Total.Add(probe.Layers.Where(layer => layer is { Outcome: LayerOutcome.Passed, Layer: not ProbeLayer.Hold })
                .Aggregate(TimeSpan.Zero, (sum, layer) => sum + layer.Duration));
        }
    }

    /// <summary>For who tells how far it is.</summary>
    public (int Walks, int Failed, LayerResult? First) Now
    {
        get { lock (_gate) return (Walks, Failed, Failed > 0 ? Shown?.FirstFailure : null); }
    }

    private void AddFailureLocked(OutsideProbe probe, LayerResult failure)
    {
        Failed++;
        if (_failures.Find(known => known.Layer == failure.Layer && known.Signature == failure.Signature) is { } known) known.Count++;
        else if (_failures.Count < MostFailures) _failures.Add(new(failure.Layer, failure.Signature!, probe));
    }
}

/// <summary>How one layer went in all walks.</summary>
internal sealed class LayerTally(ProbeLayer layer)
{
    public ProbeLayer Layer => layer;
    public int Passed => Durations.Count;
    public int Failed { get; private set; }
    public int Skipped { get; private set; }

    /// <summary>Of the walks that passed it.</summary>
    public Percentiles Durations { get; } = new();

    public void Add(LayerResult result)
    {
        switch (result.Outcome)
        {
            case LayerOutcome.Passed: Durations.Add(result.Duration); break;
            case LayerOutcome.Failed: Failed++; break;
            default: Skipped++; break;
        }
    }
}

/// <summary>Walks that failed in the same layer for the same kind of reason.</summary>
internal sealed class FailureTally(ProbeLayer layer, string signature, OutsideProbe first)
{
    public ProbeLayer Layer => layer;
    public string Signature => signature;
    public int Count { get; set; } = 1;

    /// <summary>The first of them, whole.</summary>
    public OutsideProbe First => first;
}
