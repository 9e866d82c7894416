using System.Diagnostics;
using Gatehouse.Diagnosis;
using Gatehouse.Testing;

namespace Gatehouse.Bench.Measures;

/// <summary>How long the five whys take for the incident's case, and for the same with 500 healthy nodes around it, once the code is warm.</summary>
internal sealed class DiagnosisTime(Scale scale, Table table)
{
    private const string Measure = "five whys, one case";
    private const string Incident = "the incident";
    private const string Large = "the incident, 500 nodes more";
    private const int More = 500;
    private const int Warm = 200;

    public Task MeasureAsync()
    {
        table.Declare(Measure, "ms");
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs/examples/incident-2026-10-14.json"));
        var incident = DiagnosisJson.ReadCase(text);
        foreach (var (name, given) in new[] { (Incident, incident), (Large, Grown(incident)) })
        {
            table.Goal(Measure, name, 10);
            for (var i = 0; i < Warm; i++) FiveWhys.Explain(given);
            for (var round = 0; round < scale.GraphRuns; round++)
            {
                var began = Stopwatch.GetTimestamp();
                FiveWhys.Explain(given);
                table.Add(Measure, name, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }
        return Task.CompletedTask;
    }

    // Nodes that are well, each after one before it.
    private static Case Grown(Case incident)
    {
        var graph = incident.Graph!;
        var well = graph.Nodes[0];
        var nodes = graph.Nodes.Concat(Enumerable.Range(0, More).Select(i => well with { Name = $"extra-{i}", After = i < 8 ? [] : [$"extra-{i / 2}"] }));
        return incident with { Graph = graph with { Nodes = [.. nodes] } };
    }
}
