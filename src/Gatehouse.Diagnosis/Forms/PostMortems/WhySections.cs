namespace Gatehouse.Diagnosis;

/// <summary>Why it happened: the sequences, the chain, the roots, and what was not the cause.</summary>
internal static class WhySections
{
    public static void Write(MarkdownPage page, IncidentFacts facts)
    {
        var report = facts.Report;
        WriteSequences(page, report);
        page.Heading(2, "Why");
        if (report.Chain is not { } chain) page.Paragraph(report.Verdict is Verdict.Healthy ? "Nothing is wrong, so there is nothing to ask." : "The evidence does not reach a cause.");
        else
        {
            page.Gap();
            WriteRun(page, facts, new(), Why.Of(chain), "");
            page.Diagram(DiagnosisMermaid.Flowchart(report));
        }
        WriteRoots(page, facts);
        WriteFactors(page, facts);
        page.Heading(2, "Ruled out");
        if (report.RuledOut.Count is 0) page.Paragraph("Nothing else was considered.");
        else page.Table(["What", "Why not"], report.RuledOut.Select(ruled => new[] { Markdown.Text(ruled.Name), With(IncidentFacts.Sentence(ruled.Because), ruled.Evidence, facts) }));
    }

    private static void WriteSequences(MarkdownPage page, DiagnosisReport report)
    {
        if (DiagnosisMermaid.FailingSequence(report) is not { } failing || DiagnosisMermaid.ExpectedSequence(report) is not { } expected) return;
        page.Heading(2, "What went wrong");
        page.Diagram(failing);
        page.Heading(2, "What should have happened");
        page.Diagram(expected);
    }

    /// <summary>A run of single causes is a list of one level; where several stand side by side each is a list below.</summary>
    private static void WriteRun(MarkdownPage page, IncidentFacts facts, AlreadySaid told, Why why, string indent)
    {
        while (true)
        {
            WriteHop(page, facts, told, why, indent);
            if (why.Causes.Count is not 1) break;
            why = why.Causes[0];
        }
        foreach (var cause in why.Causes) WriteRun(page, facts, told, cause, $"{indent}  ");
    }

    private static void WriteHop(MarkdownPage page, IncidentFacts facts, AlreadySaid told, Why why, string indent)
    {
        var hop = why.Hop;
        var same = hop.SameAs is { } id ? $" The same as {Markdown.Code(id)}." : "";
        var since = hop.Since is { } at && !hop.Answer.Contains(Wording.Time(at), StringComparison.Ordinal) ? $" Since {facts.Time(at)}." : "";
        page.Line($"{indent}- **{why.Number}. {Markdown.Text(hop.Question)}** {IncidentFacts.Sentence(hop.Answer)}{since}{same} {Markdown.Code(hop.Id)}");
        told.Remember(hop.Answer);
        foreach (var evidence in AlreadySaid.Once(hop.Evidence)) page.Line($"{indent}  - {Fact(evidence with { Text = told.Shorten(evidence.Text) }, evidence, facts)}");
    }

    private static void WriteRoots(MarkdownPage page, IncidentFacts facts)
    {
        var roots = facts.Report.Roots;
        page.Heading(2, roots.Count is 1 ? "Root cause" : "Root causes");
        if (roots.Count is 0) page.Paragraph(facts.Report.Verdict is Verdict.Healthy ? "None." : "Not known: the evidence does not reach one.");
        else page.Bullets(roots.Select(root => $"**{IncidentFacts.Sentence(Wording.Capital(root.Title))}** {Markdown.Code(root.Code)} {Markdown.Text(RootNote.Of(root, facts.Day))}"
            + (root.Weights.Count > 0 ? $" {Markdown.Text(RootNote.Weights(root))}" : "")));
    }

    private static void WriteFactors(MarkdownPage page, IncidentFacts facts)
    {
        page.Heading(2, "Contributing factors");
        if (facts.Report.Factors.Count is 0) page.Paragraph("None is known.");
        else page.Bullets(facts.Report.Factors.Select(factor => With($"{IncidentFacts.Sentence(factor.Text)} {Markdown.Code(factor.Code)}", factor.Evidence, facts)));
    }

    private static string With(string text, IReadOnlyList<Evidence> evidence, IncidentFacts facts) =>
        evidence.Count is 0 ? text : $"{text} {string.Join("; ", evidence.Select(one => Fact(one, one, facts)))}";

    private static string Fact(Evidence shown, Evidence evidence, IncidentFacts facts) => $"{Markdown.Text(shown.Text)} *{Markdown.Text(EvidenceNote.Of(evidence, facts.Day))}*";
}
