using Gatehouse.Readiness;
using Gatehouse.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>The documents' code is code: it compiles, runs, and is the same in both places.</summary>
public sealed class DocumentationTests
{
    [Theory]
    [InlineData("src/Gatehouse.Diagnosis/README.md", 2)]
    [InlineData("docs/diagnosis.md", 1)]
    public void The_code_of_the_documents_compiles(string document, int blocks)
    {
        var code = Plain(File.ReadLines(Path.Combine(Repository.Root, "tests/Gatehouse.Diagnosis.Tests/DocumentedCode.cs")));
        var shown = BlocksOf(File.ReadAllLines(Path.Combine(Repository.Root, document))).ToList();

        Assert.Equal(blocks, shown.Count);
        Assert.All(shown, block => Assert.Contains(Plain(block), code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_running_graph_is_explained_from_its_own_snapshot()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddReadiness(static graph => graph
            .Node("database", static (_, _) => Task.FromResult(CheckResult.Healthy))
            .Node("schema", static (_, _) => Task.FromResult(CheckResult.Failed("Waiting for migration 0007_runs.", "schema_behind")), after: ["database"])
            .Node("chat", static (_, _) => Task.FromResult(CheckResult.Healthy), after: ["schema"]));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var graph = host.Services.GetRequiredService<ReadinessGraph>();
        await foreach (var snapshot in graph.WatchAsync(TestContext.Current.CancellationToken))
            if (snapshot.Find("schema") is { State: NodeState.Failed }) break;

        DocumentedCode.Explain(graph);
        var report = FiveWhys.Explain(Case.Of(graph.Current, graph.History));
        Assert.Equal("The start does not end. Cause: The migrations have not been run (at schema).", report.Summary);
        Assert.Equal(["symptom", "node:chat", "node:schema", "cause:schema.migration_behind@schema", "system:schema.migration_behind@schema"], Assert.Single(report.Roots).Path);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static IEnumerable<IEnumerable<string>> BlocksOf(string[] lines)
    {
        for (var line = 0; line < lines.Length; line++)
            if (lines[line] == "```csharp")
                yield return lines[(line + 1)..Array.IndexOf(lines, "```", line)];
    }

    private static string Plain(IEnumerable<string> lines) => string.Concat(lines.Select(static line => $"{line.Trim()}\n"));
}
