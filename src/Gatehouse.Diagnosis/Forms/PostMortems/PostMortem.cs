namespace Gatehouse.Diagnosis;

/// <summary>
/// A report as a post-mortem in Markdown, with Mermaid diagrams: what GitHub and most wikis show as it is. Blameless: it speaks of the
/// system. Nothing in it is made up: what is not known is said to be so, or left out.
/// </summary>
public static class PostMortem
{
    /// <summary>Writes a post-mortem. The same input gives the same text.</summary>
    public static string Write(DiagnosisReport report, Case given, PostMortemContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(given);
        context ??= new();
        var page = new MarkdownPage();
        var facts = new IncidentFacts(report, given, context);
        IncidentSections.Write(page, facts);
        WhySections.Write(page, facts);
        LessonSections.Write(page, facts);
        return page.ToString();
    }
}
