namespace Gatehouse.Diagnosis;

/// <summary>What happened: summary, environment, impact, timeline, what was done.</summary>
internal static class IncidentSections
{
    private const string Unknown = "not known";

    public static void Write(MarkdownPage page, IncidentFacts facts)
    {
        page.Heading(1, Markdown.Text(facts.Title));
        page.Paragraph(Masthead(facts));
        page.Heading(2, "Summary");
        page.Paragraph(Summary(facts));
        WriteEnvironment(page, facts);
        WriteImpact(page, facts);
        WriteTimeline(page, facts);
    }

    /// <summary>What was seen, why, and what it cost.</summary>
    // What was seen has been said in the words of who saw it.
    private static string Causes(string summary) => summary.IndexOf(" Cause", StringComparison.Ordinal) is > 0 and var from ? summary[(from + 1)..] : summary;

    private static string Summary(IncidentFacts facts)
    {
        string?[] cost =
        [
            facts.Refused is > 0 and { } refused ? $"{Wording.Count(refused, "upgrade")} {(refused is 1 ? "was" : "were")} refused" : null,
            facts.Context.Impact.ChatsCut is > 0 and { } cut ? $"{Wording.Count(cut, "chat")} {(cut is 1 ? "was" : "were")} cut or left without an answer" : null,
            facts.Lasted is { } lasted ? $"it lasted {Wording.Duration(lasted)}{(facts.IsOver ? "" : " until this was read")}" : null,
        ];
        var seen = facts.Report.Symptom?.Text is { } text ? $"{IncidentFacts.Sentence(Wording.Capital(text))} " : "";
        var total = string.Join("; ", cost.OfType<string>());
        return $"{seen}{IncidentFacts.Sentence(seen.Length > 0 ? Causes(facts.Report.Summary) : facts.Report.Summary)}{(total.Length > 0 ? $" {Wording.Capital(total)}." : "")}";
    }

    private static string Masthead(IncidentFacts facts)
    {
        var context = facts.Context;
        string?[] parts =
        [
            context.IncidentId is { } id ? $"Incident {Markdown.Code(id)}" : null,
            facts.Report.Onset is { } onset ? $"began {Wording.Moment(onset)}" : null,
            context.OpenedAt is { } opened ? $"noticed {Wording.Moment(opened)}" : null,
            context.ClosedAt is { } closed ? $"over {Wording.Moment(closed)}" : context.OpenedAt is null ? null : "not known to be over",
            $"explanation: **{Words.Of(facts.Report.Verdict)}**",
        ];
        return Wording.Capital(string.Join(" · ", parts.Where(part => part is not null)));
    }

    private static void WriteEnvironment(MarkdownPage page, IncidentFacts facts)
    {
        var (subject, platform) = (facts.Report.Subject, facts.Case.Platform);
        (string What, string? Value)[] rows =
        [
            ("Service", subject.Service),
            ("Revision", subject.Revision),
            ("Instance asked", subject.Instance),
            ("Build", subject.Build),
            ("Platform", platform?.Name),
            ("Instances", platform?.Instances is { } instances ? Wording.Number(instances) : null),
            ("Restarts by the platform in the last 15 min", platform?.Restarts is { } restarts ? Wording.Number(restarts) : null),
            .. (platform?.Probes ?? []).Select(probe => ($"{Wording.Capital(Words.Of(probe.Kind))} probe", (string?)Probe(probe))),
            ("Longest request", platform?.RequestTimeout is { } timeout ? Wording.Duration(timeout) : null),
            ("Nodes", facts.Case.Graph is { Nodes.Count: > 0 } graph ? string.Join(", ", graph.Nodes.Select(node => node.Name).Order(StringComparer.Ordinal)) : null),
            ("Evidence taken", Wording.Moment(facts.Report.At)),
        ];
        page.Heading(2, "Environment");
        page.Table(["What", "Value"], rows.Where(row => row.Value is not null).Select(row => new[] { row.What, Markdown.Text(row.Value) }));
    }

    private static string Probe(PlatformProbe probe)
    {
        string?[] parts =
        [
            probe.Path ?? "connects only",
            probe.Port is { } port ? $"port {port.ToString(System.Globalization.CultureInfo.InvariantCulture)}" : null,
            probe.InitialDelay is { Ticks: > 0 } delay ? $"first after {Wording.Duration(delay)}" : null,
            probe.Period is { } period ? $"every {Wording.Duration(period)}" : null,
            probe.FailureThreshold is { } most ? $"gives up after {Wording.Count(most, "failure")}" : null,
        ];
        return string.Join(", ", parts.Where(part => part is not null));
    }

    private static void WriteImpact(MarkdownPage page, IncidentFacts facts)
    {
        var (impact, radius) = (facts.Context.Impact, facts.Report.BlastRadius);
        page.Heading(2, "Impact");
        page.Table(["What", "How much"],
        [
            ["Upgrades refused", facts.Refused is { } refused ? Wording.Number(refused) : Unknown],
            ["Chats cut or left without an answer", impact.ChatsCut is { } cut ? Wording.Number(cut) : Unknown],
            .. impact.Users is { } users ? [["People who met it", Wording.Number(users)]] : Array.Empty<string[]>(),
            ["Lasted", facts.Lasted is { } lasted ? $"{Wording.Duration(lasted)}{(facts.IsOver ? "" : " until this was read")}" : Unknown],
            .. radius.Nodes.Count > 0 ? [["Nodes down", Markdown.Text(string.Join(", ", radius.Nodes))]] : Array.Empty<string[]>(),
            .. radius.AtRisk.Count > 0 ? [["Nodes at risk", Markdown.Text(string.Join(", ", radius.AtRisk))]] : Array.Empty<string[]>(),
        ]);
    }

    private static void WriteTimeline(MarkdownPage page, IncidentFacts facts)
    {
        var rows = Happened(facts)
            .Concat(facts.Context.Actions.Select(action => (action.At, What: Action(action), Source: "action", IsRoot: false)))
            .Concat(facts.Context.OpenedAt is { } opened ? [(opened, "The incident is noticed.", "incident", false)] : [])
            .Concat(facts.Context.ClosedAt is { } closed ? [(closed, "The incident is over.", "incident", false)] : [])
            .OrderBy(row => row.Item1);
        page.Heading(2, "Timeline");
        string[][] cells = [.. rows.Select(row => new[] { facts.Time(row.Item1), row.Item4 ? $"**{row.Item2}**" : row.Item2, row.Item3 })];
        if (cells.Length is 0) page.Paragraph("Nothing with a time is known.");
        else
        {
            page.Paragraph($"Times are UTC, on {Wording.Date(facts.Day)} where no date is given.{(facts.Report.Timeline.Any(one => one.IsRoot) ? " Bold: a root cause begins." : "")}");
            page.Table(["Time", "What happened", "Source"], cells);
        }
    }

    /// <summary>What comes again and again in the same words is told once, with how often.</summary>
    private static IEnumerable<(DateTimeOffset At, string What, string Source, bool IsRoot)> Happened(IncidentFacts facts) =>
        facts.Report.Timeline.GroupBy(one => (one.Source, one.About, one.Text)).Select(same =>
        {
            var again = same.Count() > 1 ? $" {Wording.Number(same.Count())} times until {facts.Time(same.Last().At)}." : "";
            return (same.First().At, $"{IncidentFacts.Sentence(same.First().Text)}{again}", Words.Of(same.Key.Source), same.Any(one => one.IsRoot));
        });

    private static string Action(ActionTaken action) =>
        $"{IncidentFacts.Sentence(Wording.Capital(action.What))}{(action.Result is { } result ? $" Result: {IncidentFacts.Sentence(result)}" : "")}";
}
