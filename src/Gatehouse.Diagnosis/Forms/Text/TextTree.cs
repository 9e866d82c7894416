namespace Gatehouse.Diagnosis;

/// <summary>
/// The whys, one below the other. Where several causes stand side by side each is a branch:
/// <code>
/// 2. Why is chat not ready? [node:chat]
///    It waits for schema and redis.
///    │
///    ├─ 3a. Why is schema not ready? [node:schema]
///    │      The table threads is missing.
///    │
///    └─ 3b. Why is redis not ready? [node:redis]
/// </code>
/// </summary>
internal sealed class TextTree(TextPage page, DiagnosisReport report, Why first)
{
    private readonly AlreadySaid _told = new();
    private readonly ILookup<string, Root> _roots = report.Roots.Where(root => root.Path.Count > 0).ToLookup(root => root.Path[^1], StringComparer.Ordinal);
    private readonly Dictionary<string, string> _numbers = first.All.Where(why => why.Hop.SameAs is null)
        .GroupBy(why => why.Hop.Id, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Number, StringComparer.Ordinal);

    public void Write()
    {
        page.Gap();
        page.Paragraph("", "", new Phrase("WHY", Ink.Bold));
        WriteRun(first, "", "");
    }

    /// <summary>A run of single causes has one indentation, however long it is; a fork ends it.</summary>
    private void WriteRun(Why why, string head, string rails)
    {
        while (true)
        {
            WriteHop(why, head, rails);
            if (why.Causes.Count is not 1) break;
            why = why.Causes[0];
            head = rails;
        }
        for (var index = 0; index < why.Causes.Count; index++)
        {
            var isLast = index == why.Causes.Count - 1;
            page.Gap($"{rails}   │");
            WriteRun(why.Causes[index], $"{rails}   {(isLast ? "└─ " : "├─ ")}", $"{rails}   {(isLast ? "   " : "│  ")}");
        }
    }

    private void WriteHop(Why why, string head, string rails)
    {
        var hop = why.Hop;
        var number = $"{why.Number}. ";
        var inside = $"{rails}{new string(' ', number.Length)}";
        page.Paragraph($"{head}{number}", inside, new(hop.Question, Ink.Bold), new($"[{hop.Id}]", Ink.Dim));
        page.Paragraph(inside, inside, Answer(hop));
        _told.Remember(hop.Answer);
        foreach (var evidence in AlreadySaid.Once(hop.Evidence))
            page.Paragraph($"{inside}- ", $"{inside}  ", _told.Shorten(evidence.Text), new(EvidenceNote.Of(evidence, report.At), Ink.Dim));
        foreach (var root in _roots[hop.Id].Where(_ => hop.SameAs is null))
            page.Paragraph($"{inside}= ", $"{inside}  ", new($"{(root.Verdict is Verdict.Confirmed ? "Root cause" : "Likely root cause")}:", Ink.Bold), $"{root.Title} ({root.Code})");
    }

    private string Answer(Hop hop)
    {
        if (hop.SameAs is { } same) return $"{Wording.Sentence(hop.Answer)} The same as {_numbers.GetValueOrDefault(same, "above")} [{same}].".TrimStart('.', ' ');
        var answer = Wording.Sentence(PlainText.Clean(hop.Answer));
        return hop.Since is { } since && !answer.Contains(Wording.Time(since), StringComparison.Ordinal)
            ? $"{answer} Since {Wording.Time(since, report.At)}."
            : answer;
    }
}
