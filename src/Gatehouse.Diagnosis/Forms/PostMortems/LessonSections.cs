namespace Gatehouse.Diagnosis;

/// <summary>What follows from it: the detection gap, what to do, what was tried before, what is not known.</summary>
internal static class LessonSections
{
    public static void Write(MarkdownPage page, IncidentFacts facts)
    {
        WriteDetectionGap(page, facts);
        WriteRemedies(page, facts.Report);
        WriteEarlier(page, facts);
        page.Heading(2, "Open questions");
        var questions = facts.Report.OpenQuestions.Concat(facts.Report.LookAgain.Select(look => $"{look.Node} should be looked at again: {look.Because}"));
        string[] open = [.. questions.Select(IncidentFacts.Sentence)];
        if (open.Length is 0) page.Paragraph("None.");
        else page.Bullets(open);
    }

    private static void WriteDetectionGap(MarkdownPage page, IncidentFacts facts)
    {
        page.Heading(2, "Detection gap");
        var gap = facts.Report.DetectionGap;
        string?[] sentences =
        [
            gap is null ? null : IncidentFacts.Sentence(gap.Text),
            gap?.Lasted is { Ticks: > 0 } lasted ? $"The first cause was there {Wording.Duration(lasted)} before anybody was harmed." : null,
            Noticed(facts),
        ];
        string[] known = [.. sentences.OfType<string>()];
        page.Paragraph(known.Length > 0 ? string.Join(" ", known) : "Not known.");
    }

    private static string? Noticed(IncidentFacts facts) => (facts.Unnoticed, facts.Context.NoticedBy) switch
    {
        ({ } unnoticed, { } by) => $"The harm was noticed after {Wording.Duration(unnoticed)}, by {IncidentFacts.Sentence(by)}",
        ({ } unnoticed, null) => $"The harm was noticed after {Wording.Duration(unnoticed)}.",
        (null, { } by) => $"It was noticed by {IncidentFacts.Sentence(by)}",
        _ => null,
    };

    private static void WriteRemedies(MarkdownPage page, DiagnosisReport report)
    {
        var plan = new RemedyPlan(report);
        page.Heading(2, "What to do");
        if (plan.IsEmpty) page.Paragraph("Nothing is known that would mend it.");
        foreach (var when in (ReadOnlySpan<RemedyTime>)[RemedyTime.Now, RemedyTime.Next, RemedyTime.Prevent])
        {
            if (plan.Due(when) is not { Count: > 0 } due) continue;
            page.Heading(3, Wording.Capital(Words.Of(when)));
            page.Gap();
            foreach (var remedy in due) WriteRemedy(page, remedy, plan.HasSeveralRoots);
        }
    }

    private static void WriteRemedy(MarkdownPage page, PlannedRemedy planned, bool saysWhatFor)
    {
        var remedy = planned.Remedy;
        var aim = saysWhatFor ? $" For {Wording.List(planned.For.Select(root => Markdown.Code(root.Code)))}." : "";
        page.Line($"- [ ] {IncidentFacts.Sentence(remedy.Text)}{aim} *{Wording.Capital(Words.Of(remedy.Owner))}; {Words.Of(remedy.Risk)}; {(remedy.IsReversible ? "can" : "cannot")} be undone.*");
        string[] lines = [.. PlainText.Lines(remedy.Command ?? "")];
        if (lines.Length is 0) return;
        page.Gap();
        page.Line(Markdown.Block("sh", lines, "  "));
    }

    private static void WriteEarlier(MarkdownPage page, IncidentFacts facts)
    {
        page.Heading(2, "Earlier incidents with the same root");
        string[][] rows =
        [
            .. facts.SameRoot.Select(earlier => new[]
            {
                Wording.Date(earlier.Day),
                Markdown.Text(earlier.Id),
                string.Join(", ", earlier.RootCodes.Select(Markdown.Code)),
                earlier.Tried is { } tried ? IncidentFacts.Sentence(tried) : "Not known.",
                earlier.Helped switch { true => "It ended that incident, but the cause came back.", false => "It did not help.", null => "Not known." },
            }),
        ];
        if (rows.Length is 0) page.Paragraph("None is known.");
        else page.Table(["Date", "Incident", "Root", "What was tried", "What came of it"], rows);
    }
}
