using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>What the service's instances say of themselves: of <c>/api/status</c>, the part that a rollout reads.</summary>
internal sealed record FleetStatus(string? Revision, string? Build, bool Ready, string? Summary, IReadOnlyList<FleetInstance>? Instances)
{
    // An instance speaks every five seconds. One that has missed two of them has no socket to speak of.
    private const double SilentAfterSeconds = 12;

    /// <summary>Sockets that a revision's instances have open.</summary>
    public long OpenAt(string revision) => Of(revision)
        .Where(instance => instance.SecondsAgo < SilentAfterSeconds)
        .Sum(instance => instance.Open + instance.Held + instance.Draining);

    public IEnumerable<FleetInstance> Of(string revision) => (Instances ?? []).Where(instance => instance.Revision == revision);

    /// <returns>Null if it is none: the service is no Gatehouse, or an older one.</returns>
    public static FleetStatus? Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, FleetJson.Default.FleetStatus);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record FleetInstance(string Id, string Revision, double SecondsAgo, bool Ready, long Open, long Held, long Draining, FleetTotals? Totals);

/// <param name="Failed">Turns that ended with an error.</param>
internal sealed record FleetTotals(long Accepted, long Refused, long Turns, long Failed, long MemoryBytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FleetStatus))]
internal sealed partial class FleetJson : JsonSerializerContext;
