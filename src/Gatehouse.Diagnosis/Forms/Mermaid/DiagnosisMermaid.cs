namespace Gatehouse.Diagnosis;

/// <summary>A report as Mermaid diagrams. The same report gives the same text, and any text in it survives.</summary>
public static class DiagnosisMermaid
{
    /// <summary>
    /// A flowchart from the symptom down to the roots; what was ruled out hangs beside it on dashed lines. Each hop carries its id
    /// of the report in its label.
    /// </summary>
    public static string Flowchart(DiagnosisReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new WhyFlowchart(report).Write();
    }

    /// <summary>
    /// A sequence diagram of what went wrong: who needed whom, and what came back. Null where the report has no chain.
    /// </summary>
    public static string? FailingSequence(DiagnosisReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Chain is null ? null : new SequenceDiagram(SequenceCast.Of(report), report).Failing();
    }

    /// <summary>
    /// A sequence diagram of the same participants when all is well: each ready before the next one needs it. Null where the report
    /// has no chain.
    /// </summary>
    public static string? ExpectedSequence(DiagnosisReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Chain is null ? null : new SequenceDiagram(SequenceCast.Of(report), report).Expected();
    }
}
