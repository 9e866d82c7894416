using Gatehouse.Diagnosis.Tests.World;

namespace Gatehouse.Diagnosis.Tests.Matrix;

public enum Outcome
{
    /// <summary>The roots and every edge of the ways to them.</summary>
    Exact,

    /// <summary>The roots, and another way to them.</summary>
    OtherPath,

    /// <summary>It says that it does not know all.</summary>
    Insufficient,

    /// <summary>Sure, and wrong.</summary>
    Wrong,
}

/// <summary>One case of the matrix, explained, looked at again where asked for, and judged.</summary>
public sealed record Judged(Scenario Scenario, Case Seen, DiagnosisReport Report, Outcome Outcome, bool BaselineIsRight)
{
    public static Judged Of(Scenario scenario)
    {
        var seen = scenario.Seen;
        var report = FiveWhys.Explain(seen);
        if (report.LookAgain.Count > 0)
        {
            seen = scenario.LookAgain(seen, report);
            report = FiveWhys.Explain(seen);
        }
        var homes = scenario.Faults.Select(static struck => struck.Node).OfType<string>().Order(StringComparer.Ordinal);
        return new(scenario, seen, report, OutcomeOf(report, scenario.Truth), Baseline.Roots(scenario.Seen).SequenceEqual(homes));
    }

    public static Outcome OutcomeOf(DiagnosisReport report, Truth truth)
    {
        if (report.Verdict == Verdict.InsufficientEvidence) return Outcome.Insufficient;
        var told = Told.By(report);
        if (!told.Roots.SequenceEqual(truth.Roots)) return Outcome.Wrong;
        return told.Edges.SequenceEqual(truth.Edges) ? Outcome.Exact : Outcome.OtherPath;
    }
}
