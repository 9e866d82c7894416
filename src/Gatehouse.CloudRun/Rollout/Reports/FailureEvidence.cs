using System.Text.Json;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>What can be read about a candidate at the moment it broke something, before anything is changed.</summary>
internal sealed record FailureEvidence
{
    /// <summary>What the platform says of the revision.</summary>
    public string? Platform { get; init; }

    /// <summary>The status of its <c>/startup</c>; null if there was no answer.</summary>
    public int? StartupStatus { get; init; }

    /// <summary>The node that it waits for, and why.</summary>
    public string? StartupCulprit { get; init; }

    /// <summary>The server's own diagnosis: question and answer, from the symptom down.</summary>
    public IReadOnlyList<(string Question, string Answer)> Diagnosis { get; init; } = [];

    /// <summary>Never throws but for cancellation: evidence that cannot be had is left out.</summary>
    public static async Task<FailureEvidence> GatherAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        try
        {
            var revision = await run.Tools.Api.FindRevisionAsync(run.State.Candidate, cancellationToken);
            var service = await run.Editor.ReadAsync(cancellationToken);
            var evidence = new FailureEvidence { Platform = Conditions.Worst(revision?.Status?.Conditions) };
            if (TrafficPlan.UrlOf(run.State.Tag, run.State.Candidate, service.Status?.Traffic) is not { } url) return evidence;
            var (status, body) = await run.Web.GetAsync(new(url, "/startup"), cancellationToken);
            var (why, report) = await run.Web.GetAsync(new(url, "/api/why"), cancellationToken);
            return evidence with
            {
                StartupStatus = status,
                StartupCulprit = ServiceWeb.Culprit(body) is { Length: > 2 } culprit ? culprit[2..] : null,
                Diagnosis = why is 200 ? Hops(report) : [],
            };
        }
        catch (Exception exception) when (exception is Api.ApiException or RolloutException)
        {
            return new() { Platform = $"the API could not be asked: {exception.Message}" };
        }
    }

    // {"chain":{"question":…,"answer":…,"causes":[…]}}: down the first branch; more than one root is for `gatehouse why`.
    private static List<(string, string)> Hops(string report)
    {
        List<(string, string)> hops = [];
        try
        {
            using var json = JsonDocument.Parse(report);
            var level = First(json.RootElement, "chain");
            while (level is { ValueKind: JsonValueKind.Object } hop)
            {
                if (Text(hop, "question") is { } question && Text(hop, "answer") is { } answer) hops.Add((question, answer));
                level = First(hop, "causes");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            hops.Clear();       // not a report of this version
        }
        return hops;
    }

    private static JsonElement? First(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) ? list.ValueKind is JsonValueKind.Array ? list.EnumerateArray().Select(each => (JsonElement?)each).FirstOrDefault() : list : null;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
