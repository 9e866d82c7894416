namespace Gatehouse.Diagnosis;

/// <summary>A report for a terminal: the verdict first, then why, then what to do.</summary>
public static class DiagnosisText
{
    /// <summary>The width where nobody says another.</summary>
    public const int DefaultWidth = 100;

    private const int LeastWidth = 40;

    /// <summary>
    /// Writes a report as text. The same report gives the same text. Line breaks, terminal escapes and the like in what
    /// databases and platforms have said are taken out.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="width">No line is longer, but for commands, which are never broken. Below 40 it is 40.</param>
    /// <param name="hasStyle">Whether bold, dim and coloured text is marked by ANSI escapes. Without them nothing is lost.</param>
    public static string Write(DiagnosisReport report, int width = DefaultWidth, bool hasStyle = false)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new TextPage(Math.Max(width, LeastWidth), hasStyle);
        WriteVerdict(page, report);
        if (report.Chain is { } chain) new TextTree(page, report, Why.Of(chain)).Write();
        TextSections.Write(page, report);
        return page.ToString();
    }

    private static void WriteVerdict(TextPage page, DiagnosisReport report)
    {
        var ink = report.Verdict switch { Verdict.Healthy => Ink.Good, Verdict.Confirmed => Ink.Bad, _ => Ink.Doubtful };
        page.Paragraph("", "", new(Words.Of(report.Verdict).ToUpperInvariant(), ink), $"· {About(report)}");
        page.Gap();
        if (report.Symptom?.Text is { } seen) page.Paragraph("", "", new Phrase(Wording.Capital(Wording.Sentence(PlainText.Clean(seen))), Ink.Bold));
        page.Paragraph("", "", new Phrase(report.Summary, Ink.Bold));
        if (report.Onset is { } onset)
            page.Paragraph("", "", $"It began at {Wording.Moment(onset)}{(report.BlastRadius.Lasts is { } lasts ? $" and had lasted {Wording.Duration(lasts)} when this was read" : "")}.");
    }

    private static string About(DiagnosisReport report)
    {
        var subject = report.Subject;
        string?[] parts =
        [
            subject.Service,
            subject.Revision is { } revision ? $"revision {revision}" : null,
            subject.Instance is { } instance ? $"instance {instance}" : null,
            subject.Build is { } build ? $"build {build}" : null,
            Wording.Moment(report.At),
        ];
        return string.Join(", ", parts.Where(part => part is not null));
    }
}
