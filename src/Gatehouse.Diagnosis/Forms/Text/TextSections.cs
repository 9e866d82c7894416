namespace Gatehouse.Diagnosis;

/// <summary>What follows the whys: what it is not, what made it worse, what to do, who is hit, what is not known.</summary>
internal static class TextSections
{
    public static void Write(TextPage page, DiagnosisReport report)
    {
        WriteRoots(page, report);
        WriteRemedies(page, new RemedyPlan(report));
        WriteFacts(page, report.Verdict is Verdict.Healthy ? "NOW" : "WHO IS HIT", Hit(report.BlastRadius));
        WriteFindings(page, "WHAT MADE IT WORSE", report, report.Factors.Select(factor => (new Phrase(factor.Text), $"[{factor.Code}]", factor.Evidence)));
        WriteFindings(page, "RULED OUT", report, report.RuledOut.Select(ruled => (new Phrase($"{ruled.Name}: {ruled.Because}"), "", ruled.Evidence)));
        if (report.DetectionGap is { } gap)
            WriteFacts(page, "WHY NOBODY SAW IT SOONER", [$"{Wording.Sentence(gap.Text)}{(gap.Lasted is { Ticks: > 0 } lasted ? $" It was there for {Wording.Duration(lasted)} before." : "")}"]);
        WriteFacts(page, "TO BE LOOKED AT AGAIN", report.LookAgain.Select(look => $"{look.Node}: {look.Because}"));
        WriteFacts(page, "NOT KNOWN", report.OpenQuestions);
    }

    private static void WriteRoots(TextPage page, DiagnosisReport report)
    {
        if (report.Roots.Count is 0) return;
        Heading(page, report.Roots.Count is 1 ? "ROOT CAUSE" : "ROOT CAUSES");
        foreach (var root in report.Roots)
        {
            page.Paragraph("- ", "  ", new(Wording.Capital(Wording.Sentence(PlainText.Clean(root.Title))), Ink.Bold), new($"[{root.Code}]", Ink.Dim));
            page.Paragraph("  ", "  ", RootNote.Of(root, report.At));
            if (root.Weights.Count > 0) page.Paragraph("  ", "  ", new Phrase(RootNote.Weights(root), Ink.Dim));
        }
    }

    private static void WriteRemedies(TextPage page, RemedyPlan plan)
    {
        if (plan.IsEmpty) return;
        Heading(page, "WHAT TO DO");
        foreach (var when in (ReadOnlySpan<RemedyTime>)[RemedyTime.Now, RemedyTime.Next, RemedyTime.Prevent])
            foreach (var (remedy, roots) in plan.Due(when))
            {
                var aim = plan.HasSeveralRoots ? $"{Wording.List(roots.Select(root => root.Code))}; " : "";
                var undone = remedy.IsReversible ? "" : ", cannot be undone";
                page.Paragraph($"- {Wording.Capital(Words.Of(when))}: ", "  ",
                    Wording.Sentence(remedy.Text), new($"({aim}{Words.Of(remedy.Owner)}, {Words.Of(remedy.Risk)}{undone})", Ink.Dim));
                foreach (var line in PlainText.Lines(remedy.Command ?? "")) page.Unbroken("      ", line, Ink.Command);
            }
    }

    private static IEnumerable<string> Hit(BlastRadius radius)
    {
        if (radius.TakesNewConnections is { } takes) yield return takes ? "New connections are let in." : "New connections are not let in.";
        string?[] counts =
        [
            radius.Refused is > 0 and { } refused ? $"{Wording.Count(refused, "upgrade")} refused" : null,
            radius.Held is > 0 and { } held ? $"{Wording.Number(held)} waiting" : null,
            radius.Open is { } open ? open is 0 ? "no connection open" : $"{Wording.Count(open, "connection")} still open" : null,
        ];
        if (counts.Any(count => count is not null)) yield return $"{Wording.Capital(string.Join(", ", counts.Where(count => count is not null)))}.";
        if (radius.Nodes.Count > 0) yield return $"Down: {Wording.List(radius.Nodes)}.";
        if (radius.AtRisk.Count > 0) yield return $"Up, but at risk: {Wording.List(radius.AtRisk)}.";
    }

    private static void WriteFacts(TextPage page, string heading, IEnumerable<string> facts)
    {
        var isFirst = true;
        foreach (var fact in facts)
        {
            if (isFirst) Heading(page, heading);
            isFirst = false;
            page.Paragraph("- ", "  ", fact);
        }
    }

    private static void WriteFindings(
        TextPage page, string heading, DiagnosisReport report, IEnumerable<(Phrase Text, string Code, IReadOnlyList<Evidence> Evidence)> findings)
    {
        var isFirst = true;
        foreach (var (text, code, evidence) in findings)
        {
            if (isFirst) Heading(page, heading);
            isFirst = false;
            page.Paragraph("- ", "  ", text, new(code, Ink.Dim));
            foreach (var fact in evidence)
                page.Paragraph("  - ", "    ", new(fact.Text, Ink.Dim), new(EvidenceNote.Of(fact, report.At), Ink.Dim));
        }
    }

    private static void Heading(TextPage page, string text)
    {
        page.Gap();
        page.Paragraph("", "", new Phrase(text, Ink.Bold));
    }
}
