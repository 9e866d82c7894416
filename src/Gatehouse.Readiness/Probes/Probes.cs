namespace Gatehouse.Readiness;

/// <summary>The three probes of one process, answered from memory: whoever serves them asks here.</summary>
internal sealed class Probes(ReadinessGraph graph, ProcessWatch watch)
{
    private static readonly ProbeAnswer Healthy = ProbeAnswers.Health(null);

    private readonly ProbeCache<ReadinessSnapshot> _startup = new(ProbeAnswers.Startup);
    private readonly ProbeCache<ReadinessSnapshot> _ready = new(ProbeAnswers.Ready);

    public ProbeAnswer Startup => _startup.For(graph.Current);

    public ProbeAnswer Ready => _ready.For(graph.Current);

    public ProbeAnswer Health => watch.Broken is { } broken ? ProbeAnswers.Health(broken) : Healthy;
}
