using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>The code of the documents, which so at least compiles. DocumentationTests holds it against them, line by line.</summary>
internal static class DocumentedCode
{
    public static void Explain(ReadinessGraph graph)
    {
        var report = FiveWhys.Explain(Case.Of(graph.Current, graph.History));
        Console.WriteLine(report.Summary);
        foreach (var root in report.Roots)
            Console.WriteLine($"{root.Code}: {root.Remedies[0].Command}");
    }

    public static async Task<DiagnosisReport> LookAgainAsync(Case given, DiagnosisReport report)
    {
        if (report.LookAgain.Count > 0)
        {
            var seen = await Task.WhenAll(report.LookAgain.Select(ask => LookAsync(ask.Node)));
            report = FiveWhys.Explain(given with { Rechecks = seen });
        }
        return report;
    }

    private static Task<Recheck> LookAsync(string node) => Task.FromResult(new Recheck(node, World.Clock.Birth, RecheckOutcome.Up));
}
