using Gatehouse.Diagnosis;

namespace Gatehouse.Operations.Incidents;

/// <summary>What has become of the breaches since the last look.</summary>
/// <param name="New">Broken now, and part of no open incident.</param>
/// <param name="Changed">Incidents that have changed, as they are now.</param>
internal sealed record BookTurn(IReadOnlyList<Breach> New, IReadOnlyList<Incident> Changed);

/// <summary>
/// The open incidents as a pure state machine over breaches: which breach belongs to which, when one seems over, comes again, and is
/// closed. An incident is closed only after nothing of it was broken for <paramref name="stability"/>, so that what flickers is one
/// incident. Not thread-safe.
/// </summary>
internal sealed class IncidentBook(TimeSpan stability)
{
    private readonly List<Open> _open = [];

    public IEnumerable<Incident> All => _open.Select(open => open.Incident);

    /// <summary>Those that are broken, each with what was seen when that began, for the last time: a relapse may have another cause.</summary>
    public IEnumerable<(Incident Incident, Symptom Symptom)> Broken =>
        _open.Where(static open => open.Incident.MendedAt is null).Select(static open => (open.Incident, open.Symptom));

    /// <summary>Looks at what is broken now.</summary>
    /// <param name="cost">What has come since the last look.</param>
    public BookTurn Turn(DateTimeOffset now, IReadOnlyList<Breach> breaches, IncidentImpact cost)
    {
        var changed = new List<Incident>();
        foreach (var open in _open.ToList())
        {
            var before = open.Incident;
            var breach = breaches.FirstOrDefault(breach => open.Keys.Contains(breach.Key));
            if (breach is not null) Add(open, cost);
            Judge(open, breach, now);
            if (!open.Incident.IsOpen) _open.Remove(open);
            if (open.Incident.Timeline.Count != before.Timeline.Count) changed.Add(open.Incident);
        }
        return new([.. breaches.Where(breach => !_open.Any(open => open.Keys.Contains(breach.Key)))], changed);
    }

    /// <summary>Opens an incident, or adds the breach to the open one that has the same cause.</summary>
    /// <returns>The incident, and whether it is a new one.</returns>
    public (Incident Incident, bool IsNew) Enter(DateTimeOffset now, Breach breach, Case at, DiagnosisReport report, Func<Incident> blank)
    {
        var roots = blank() with { Diagnosis = report };
        if (roots.Roots.Count > 0 && _open.Find(open => open.Incident.Roots.Intersect(roots.Roots, StringComparer.Ordinal).Any()) is { } same)
        {
            same.Keys.Add(breach.Key);
            Say(same, now, IncidentEntryKind.Joined, breach.Text, incident => incident with
            {
                Rules = incident.Rules.Contains(breach.Rule) ? incident.Rules : [.. incident.Rules, breach.Rule],
                MendedAt = null,
            });
            return (same.Incident, false);
        }
        var open = new Open(roots with { Rules = [breach.Rule], OpenedAt = now, Case = at, Title = Title(report) ?? breach.Text.TrimEnd('.') }) { Symptom = breach.Symptom };
        open.Keys.Add(breach.Key);
        _open.Add(open);
        Say(open, now, IncidentEntryKind.Opened, breach.Text);
        Say(open, now, IncidentEntryKind.Diagnosed, report.Summary);
        return (open.Incident, true);
    }

    /// <summary>Takes a newer explanation, if it is a better one: surer, or of other causes. That all is well again explains nothing.</summary>
    /// <returns>The incident as it is now; null if the explanation is no better.</returns>
    public Incident? Explained(string id, DateTimeOffset now, Case at, DiagnosisReport report)
    {
        if (_open.Find(open => open.Incident.Id == id) is not { Incident.Diagnosis: { } known } open || !IsBetter(report, known)) return null;
        Say(open, now, IncidentEntryKind.Diagnosed, report.Summary, incident => incident with
        {
            Diagnosis = report,
            Case = at,
            Title = Title(report) ?? incident.Title,
        });
        return open.Incident;
    }

    /// <summary>Notes that something was done.</summary>
    public Incident? Acted(string id, IncidentAction action, string text) =>
        Note(id, action.At, IncidentEntryKind.Acted, text, incident => incident with { Actions = [.. incident.Actions, action] });

    /// <summary>Notes what has happened.</summary>
    public Incident? Note(string id, DateTimeOffset at, IncidentEntryKind kind, string text, Func<Incident, Incident>? change = null)
    {
        if (_open.Find(open => open.Incident.Id == id) is not { } open) return null;
        Say(open, at, kind, text, change);
        return open.Incident;
    }

    private void Judge(Open open, Breach? breach, DateTimeOffset now)
    {
        if (breach is not null)
        {
            if (open.Incident.MendedAt is null) return;
            open.Symptom = breach.Symptom;
            Say(open, now, IncidentEntryKind.Relapsed, "It is broken again.", incident => incident with { MendedAt = null, Relapses = incident.Relapses + 1 });
        }
        else if (open.Incident.MendedAt is not { } since)
        {
            Say(open, now, IncidentEntryKind.Mended, "Nothing is broken any more.", incident => incident with { MendedAt = now });
        }
        else if (now - since >= stability)
        {
            Say(open, now, IncidentEntryKind.Closed, FormattableString.Invariant($"Nothing was broken for {stability.TotalSeconds:0} s."), incident => incident with { ClosedAt = now });
        }
    }

    private static void Add(Open open, IncidentImpact cost) => open.Incident = open.Incident with
    {
        Impact = new()
        {
            UpgradesRefused = open.Incident.Impact.UpgradesRefused + cost.UpgradesRefused,
            TurnsFailed = open.Incident.Impact.TurnsFailed + cost.TurnsFailed,
            SecondsNotReady = Math.Round(open.Incident.Impact.SecondsNotReady + cost.SecondsNotReady, 1),
        },
    };

    private static void Say(Open open, DateTimeOffset at, IncidentEntryKind kind, string text, Func<Incident, Incident>? change = null)
    {
        var incident = change is null ? open.Incident : change(open.Incident);
        open.Incident = incident with { Version = incident.Version + 1, Timeline = [.. incident.Timeline, new(at, kind, text)] };
    }

    private static string? Title(DiagnosisReport report) => report.Roots is [{ Title: var title }, ..] ? title : null;

    private static bool IsBetter(DiagnosisReport report, DiagnosisReport known) => report.Verdict switch
    {
        Verdict.Healthy => false,
        Verdict.InsufficientEvidence => known.Verdict is Verdict.Healthy,
        Verdict.Likely => known.Verdict is Verdict.Healthy or Verdict.InsufficientEvidence,
        _ => known.Verdict is not Verdict.Confirmed || !Codes(report).SetEquals(Codes(known)),
    };

    private static HashSet<string> Codes(DiagnosisReport report) => [.. report.Roots.Select(root => $"{root.Code}@{root.Node}")];

    private sealed class Open(Incident incident)
    {
        public Incident Incident { get; set; } = incident;

        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

        public required Symptom Symptom { get; set; }
    }
}
