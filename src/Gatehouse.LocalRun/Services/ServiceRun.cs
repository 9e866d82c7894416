using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Revisions;

namespace Gatehouse.LocalRun.Services;

/// <summary>A service as it is kept: what was asked for, its revisions, and what holds. Guarded by <see cref="ServiceRegistry"/>, but for <see cref="Plan"/>.</summary>
internal sealed class ServiceRun(string name, DateTimeOffset createdAt)
{
    private volatile TrafficPlan _plan = TrafficPlan.None;

    public string Name => name;

    public string Uid { get; } = Guid.NewGuid().ToString();

    public DateTimeOffset CreatedAt => createdAt;

    /// <summary>What was put last: metadata and spec.</summary>
    public Service Wanted { get; set; } = new();

    public long Generation { get; set; }

    public long Version { get; set; }

    public List<RevisionRun> Revisions { get; } = [];

    public RevisionRun? LatestCreated { get; set; }

    public RevisionRun? LatestReady { get; set; }

    public ServiceStatus? Status { get; set; }

    /// <summary>What holds for new requests. Read by the ingress without a lock.</summary>
    public TrafficPlan Plan
    {
        get => _plan;
        set => _plan = value;
    }

    public RevisionRun? Find(string revision) => Revisions.Find(each => each.Name == revision);

    /// <summary>Whether two templates say the same, whatever the order of their members.</summary>
    public static bool AreSame(RevisionTemplate one, RevisionTemplate other) => JsonNode.DeepEquals(ToNode(one), ToNode(other));

    private static JsonNode? ToNode(RevisionTemplate template) =>
        JsonSerializer.SerializeToNode(template, ResourceJson.Default.RevisionTemplate);
}
