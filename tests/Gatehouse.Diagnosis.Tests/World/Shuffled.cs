namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>The same case with every list in another order.</summary>
public static class Shuffled
{
    public static Case Of(Case given, Random random) => given with
    {
        Graph = given.Graph is null ? null : given.Graph with { Nodes = Mixed(given.Graph.Nodes.Select(node => node with { After = Mixed(node.After, random), Events = Mixed(node.Events, random), WaitingOn = Mixed(node.WaitingOn, random) }), random) },
        Admission = given.Admission is null ? null : given.Admission with { Decisions = Mixed(given.Admission.Decisions, random) },
        Process = given.Process is null ? null : given.Process with { ClockJumps = Mixed(given.Process.ClockJumps, random) },
        Providers = Mixed(given.Providers.Select(provider => provider with { Failures = Mixed(provider.Failures, random) }), random),
        Outside = given.Outside is null ? null : given.Outside with { Layers = Mixed(given.Outside.Layers, random) },
        Platform = given.Platform is null ? null : given.Platform with { Probes = Mixed(given.Platform.Probes, random), Lines = Mixed(given.Platform.Lines, random) },
        Marks = Mixed(given.Marks, random),
        Rechecks = Mixed(given.Rechecks, random),
    };

    private static IReadOnlyList<T> Mixed<T>(IEnumerable<T> list, Random random)
    {
        var mixed = list.ToArray();
        random.Shuffle(mixed);
        return mixed;
    }
}
