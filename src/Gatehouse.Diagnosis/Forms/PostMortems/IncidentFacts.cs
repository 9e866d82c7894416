namespace Gatehouse.Diagnosis;

/// <summary>All that a post-mortem is written from, and what follows from it.</summary>
internal sealed record IncidentFacts(DiagnosisReport Report, Case Case, PostMortemContext Context)
{
    /// <summary>Whose day needs no date.</summary>
    public DateTimeOffset Day => Report.Onset ?? Context.OpenedAt ?? Report.At;

    public string Title => Wording.Capital(PlainText.Clean(Context.Title ?? Report.Symptom?.Text ?? Report.Chain?.Answer ?? Report.Summary));

    /// <summary>How long people were harmed; null if that cannot be told.</summary>
    public TimeSpan? Lasted =>
        Context.Impact.Lasted
        ?? (Report.Onset is { } onset && Context.ClosedAt is { } closed && closed > onset ? closed - onset : (TimeSpan?)null)
        ?? Report.BlastRadius.Lasts;

    /// <summary>Whether the time that it lasted is the whole of it.</summary>
    public bool IsOver => Context.ClosedAt is not null || Context.Impact.Lasted is not null;

    public long? Refused => Context.Impact.UpgradesRefused ?? Report.BlastRadius.Refused;

    /// <summary>From the first harm to the moment at which it was noticed; null if that cannot be told.</summary>
    public TimeSpan? Unnoticed => Report.Onset is { } onset && Context.OpenedAt is { } opened && opened >= onset ? opened - onset : null;

    public IEnumerable<EarlierIncident> SameRoot
    {
        get
        {
            var codes = Report.Roots.Select(root => root.Code).ToHashSet(StringComparer.Ordinal);
            return Context.Earlier.Where(earlier => earlier.RootCodes.Any(codes.Contains)).OrderByDescending(earlier => earlier.Day).ThenBy(earlier => earlier.Id, StringComparer.Ordinal);
        }
    }

    /// <summary>A sentence, whether or not it came as one. Its first letter stays: it may be the name of a node.</summary>
    public static string Sentence(string? text) => Markdown.Text(Wording.Sentence(PlainText.Clean(text)));

    public string Time(DateTimeOffset at) => Wording.Time(at, Day);
}
