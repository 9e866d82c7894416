using Gatehouse.Diagnosis;
using Gatehouse.Operations.Incidents;

namespace Gatehouse.Tests.Operations.Incidents;

public sealed class IncidentBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Case Known = new() { At = Start };
    private static readonly Breach Lost = new(IncidentRule.ReadinessLost, "readiness", "Not ready.", new() { Kind = SymptomKind.ReadinessLost });
    private static readonly Breach Refused = new(IncidentRule.UpgradesRefused, "refused", "Refused.", new() { Kind = SymptomKind.UpgradeRefused });

    private readonly IncidentBook _book = new(TimeSpan.FromSeconds(60));
    private DateTimeOffset _now = Start;
    private int _ids;

    [Fact]
    public void A_breach_is_new_until_it_is_entered()
    {
        Assert.Equal([Lost], Turn(0, Lost).New);

        var (incident, isNew) = Enter(Lost, Report("database.refusing"));

        Assert.True(isNew);
        Assert.Equal(("database.refusing", Start), (incident.Title, incident.OpenedAt));
        Assert.Equal([IncidentEntryKind.Opened, IncidentEntryKind.Diagnosed], incident.Timeline.Select(entry => entry.Kind));
        Assert.Empty(Turn(1, Lost).New);
    }

    [Fact]
    public void A_breach_of_the_same_cause_joins_the_open_incident_and_one_of_another_cause_does_not()
    {
        Enter(Lost, Report("database.refusing"));

        var (joined, isNew) = Enter(Refused, Report("database.refusing"));
        Assert.False(isNew);
        Assert.Equal([IncidentRule.ReadinessLost, IncidentRule.UpgradesRefused], joined.Rules);

        Assert.True(Enter(Lost with { Key = "other" }, Report("redis.down")).IsNew);
        Assert.True(Enter(Lost with { Key = "unknown" }, Report()).IsNew);
        Assert.True(Enter(Lost with { Key = "unknown, too" }, Report()).IsNew);         // two of unknown cause are not known to be one
        Assert.Equal(4, _book.All.Count());
    }

    [Fact]
    public void It_closes_only_after_nothing_was_broken_for_as_long_as_stability_takes()
    {
        Enter(Lost, Report("database.refusing"));
        Turn(10);
        Assert.NotNull(Assert.Single(_book.All).MendedAt);
        Turn(59);
        Turn(0.5, Lost);        // again, a moment before it would have been over
        var open = Assert.Single(_book.All);
        Assert.Equal((null, 1), (open.MendedAt, open.Relapses));
        Turn(1);
        Turn(59);
        Assert.Single(_book.All);

        var closed = Assert.Single(Turn(1).Changed);

        Assert.Equal(_now, closed.ClosedAt);
        Assert.Equal(
            [IncidentEntryKind.Opened, IncidentEntryKind.Diagnosed, IncidentEntryKind.Mended, IncidentEntryKind.Relapsed, IncidentEntryKind.Mended, IncidentEntryKind.Closed],
            closed.Timeline.Select(entry => entry.Kind));
        Assert.Empty(_book.All);
        Assert.Equal([Lost], Turn(1, Lost).New);        // and comes again as another one
    }

    [Fact]
    public void A_relapse_is_explained_by_what_was_seen_then_and_not_when_it_opened()
    {
        var again = Lost with { Symptom = Lost.Symptom with { Onset = Start.AddSeconds(40) } };
        Enter(Lost, Report("database.refusing"));
        Assert.Equal(Lost.Symptom, Assert.Single(_book.Broken).Symptom);
        Turn(10, again);        // still the first time
        Assert.Equal(Lost.Symptom, Assert.Single(_book.Broken).Symptom);
        Turn(10);
        Assert.Empty(_book.Broken);
        Turn(20, again);

        var (incident, symptom) = Assert.Single(_book.Broken);
        Assert.Equal(again.Symptom, symptom);
        Assert.Equal("database.unanswering", _book.Explained(incident.Id, _now, Known, Report("database.unanswering"))!.Title);
    }

    [Fact]
    public void It_costs_what_comes_while_it_is_broken()
    {
        Enter(Lost, Report("database.refusing"));
        Turn(1, new IncidentImpact { UpgradesRefused = 3, SecondsNotReady = 1 }, Lost);
        Turn(1, new IncidentImpact { UpgradesRefused = 2, TurnsFailed = 1, SecondsNotReady = 1 }, Lost);
        Turn(1, new IncidentImpact { UpgradesRefused = 50 });

        Assert.Equal(new IncidentImpact { UpgradesRefused = 5, TurnsFailed = 1, SecondsNotReady = 2 }, Assert.Single(_book.All).Impact);
    }

    [Theory]
    [InlineData(Verdict.InsufficientEvidence, "", Verdict.Likely, "a", true)]
    [InlineData(Verdict.Likely, "a", Verdict.Confirmed, "a", true)]
    [InlineData(Verdict.Confirmed, "a", Verdict.Confirmed, "a b", true)]
    [InlineData(Verdict.Confirmed, "a", Verdict.Confirmed, "a", false)]
    [InlineData(Verdict.Confirmed, "a", Verdict.Likely, "b", false)]
    [InlineData(Verdict.Likely, "a", Verdict.InsufficientEvidence, "", false)]
    [InlineData(Verdict.Confirmed, "a", Verdict.Healthy, "", false)]     // that it is over explains nothing
    public void An_explanation_is_replaced_by_a_better_one_only(Verdict known, string roots, Verdict newer, string newerRoots, bool isBetter)
    {
        var (incident, _) = Enter(Lost, Report(known, roots));

        var after = _book.Explained(incident.Id, _now, Known, Report(newer, newerRoots));

        Assert.Equal(isBetter, after is not null);
        Assert.Equal(isBetter ? newer : known, Assert.Single(_book.All).Diagnosis!.Verdict);
    }

    [Fact]
    public void Every_change_makes_a_newer_version()
    {
        var versions = new List<long> { Enter(Lost, Report("a")).Incident.Version };
        var id = _book.All.Single().Id;
        versions.Add(_book.Acted(id, new(_now, ResponseKind.RecycleClient, "redis", "a", DryRun: false), "Done.")!.Version);
        versions.Add(_book.Note(id, _now, IncidentEntryKind.Notified, "Told.")!.Version);
        versions.Add(Assert.Single(Turn(1).Changed).Version);

        Assert.Equal(versions.Order().Distinct(), versions);
        Assert.Null(_book.Note("another", _now, IncidentEntryKind.Notified, "Told."));
    }

    private static DiagnosisReport Report(params string[] roots) => Report(roots.Length > 0 ? Verdict.Confirmed : Verdict.InsufficientEvidence, string.Join(' ', roots));

    private static DiagnosisReport Report(Verdict verdict, string roots) => new()
    {
        At = Start,
        Subject = new(),
        Verdict = verdict,
        Summary = "So it is.",
        Roots = [.. roots.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(code => new Root { Code = code, Title = code, Verdict = verdict, Path = [] })],
    };

    private (Incident Incident, bool IsNew) Enter(Breach breach, DiagnosisReport report) => _book.Enter(_now, breach, Known, report, () => new()
    {
        Id = $"i{++_ids}",
        Version = 0,
        Title = "",
        Rules = [],
        Instance = "one",
        Revision = "r1",
        OpenedAt = _now,
    });

    private BookTurn Turn(double seconds, params Breach[] breaches) => Turn(seconds, new IncidentImpact(), breaches);

    private BookTurn Turn(double seconds, IncidentImpact cost, params Breach[] breaches) => _book.Turn(_now += TimeSpan.FromSeconds(seconds), breaches, cost);
}
