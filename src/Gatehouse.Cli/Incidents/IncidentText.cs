using System.Globalization;
using System.Text;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Incidents;

/// <summary>Incidents for a person: a line each, or one of them in full. What a server says is shown without its control characters.</summary>
internal static class IncidentText
{
    public static string List(IReadOnlyList<IncidentRecord> incidents)
    {
        if (incidents.Count == 0) return "There has been no incident.\n";
        var text = new StringBuilder();
        foreach (var incident in incidents)
        {
            var state = incident.ClosedAt is { } closed ? $"closed after {Duration(closed - incident.OpenedAt)}" : "OPEN";
            text.AppendLine(CultureInfo.InvariantCulture, $"{Clean(incident.Id),-24} {incident.OpenedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC  {state,-20} {Clean(incident.Title)}");
        }
        return text.ToString();
    }

    public static string Tell(IncidentRecord incident, int? width, bool hasStyle)
    {
        var text = new StringBuilder();
        text.AppendLine(Clean(incident.Title));
        text.AppendLine(CultureInfo.InvariantCulture, $"{Clean(incident.Id)}, rules: {Clean(string.Join(", ", incident.Rules))}, instance {Clean(incident.Instance)} of revision {Clean(incident.Revision)}");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"Not ready for {incident.SecondsNotReady:0.#} s, {incident.UpgradesRefused} upgrades refused, {incident.TurnsFailed} turns failed.");
        text.AppendLine();
        foreach (var (at, kind, what) in incident.Timeline)
            text.AppendLine(CultureInfo.InvariantCulture, $"{at.UtcDateTime:HH:mm:ss}  {Clean(kind),-12} {Clean(what)}");
        if (incident.Diagnosis is { } report) text.AppendLine().Append(DiagnosisText.Write(report, Math.Min(width ?? DiagnosisText.DefaultWidth, 120), hasStyle));
        return text.ToString();
    }

    private static string Duration(TimeSpan time) => time.TotalMinutes < 2
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min");

    private static string Clean(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
