using System.Text.Json;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Incidents;

/// <summary>An incident, as far as the tool shows it, out of a server's answer (docs/incidents.md).</summary>
internal sealed record IncidentRecord(string Id, string Title, IReadOnlyList<string> Rules, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt)
{
    public string Instance { get; init; } = "";

    public string Revision { get; init; } = "";

    public long UpgradesRefused { get; init; }

    public long TurnsFailed { get; init; }

    public double SecondsNotReady { get; init; }

    public IReadOnlyList<(DateTimeOffset At, string Kind, string Text)> Timeline { get; init; } = [];

    public DiagnosisReport? Diagnosis { get; init; }

    public bool IsOpen => ClosedAt is null;

    /// <exception cref="JsonException">It is no list of incidents.</exception>
    public static IReadOnlyList<IncidentRecord> ReadList(string json) => Reading(json, static root => (IReadOnlyList<IncidentRecord>)[.. root.GetProperty("incidents").EnumerateArray().Select(Of)]);

    /// <exception cref="JsonException">It is no incident.</exception>
    public static IncidentRecord Read(string json) => Reading(json, Of);

    private static T Reading<T>(string json, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(json);
        try
        {
            return read(document.RootElement);
        }
        catch (Exception other) when (other is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException(other.Message, other);
        }
    }

    private static IncidentRecord Of(JsonElement incident)
    {
        var impact = incident.GetProperty("impact");
        return new(
            Text(incident, "id"), Text(incident, "title"), [.. incident.GetProperty("rules").EnumerateArray().Select(rule => rule.GetString()!)],
            incident.GetProperty("openedAt").GetDateTimeOffset(), incident.TryGetProperty("closedAt", out var closed) ? closed.GetDateTimeOffset() : null)
        {
            Instance = Text(incident, "instance"),
            Revision = Text(incident, "revision"),
            UpgradesRefused = impact.GetProperty("upgradesRefused").GetInt64(),
            TurnsFailed = impact.GetProperty("turnsFailed").GetInt64(),
            SecondsNotReady = impact.GetProperty("secondsNotReady").GetDouble(),
            Timeline = [.. incident.GetProperty("timeline").EnumerateArray().Select(entry => (entry.GetProperty("at").GetDateTimeOffset(), Text(entry, "kind"), Text(entry, "text")))],
            Diagnosis = incident.TryGetProperty("diagnosis", out var report) ? DiagnosisJson.ReadReport(report.GetRawText()) : null,
        };
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new JsonException($"{name} is null.");
}
