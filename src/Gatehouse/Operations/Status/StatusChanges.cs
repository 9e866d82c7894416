using Gatehouse.Operations.Incidents;
using Gatehouse.Readiness;

namespace Gatehouse.Operations.Status;

/// <summary>Whether something has changed that a viewer should see at once.</summary>
internal sealed class StatusChanges(ReadinessGraph readiness, IncidentWatch watch, GatehouseMetrics metrics)
{
    // Checks that find nothing new change the graph's version too, so the states are compared, not it.
    public int Version
    {
        get
        {
            var (snapshot, hash) = (readiness.Current, default(HashCode));
            hash.Add(snapshot.IsReady);
            hash.Add(snapshot.Withdrawn);
            foreach (var node in snapshot.Nodes)
            {
                hash.Add(node.State);
                hash.Add(node.Reason);
                hash.Add(node.IsParked);
            }
            foreach (var incident in watch.Open) hash.Add(incident.Version);
            hash.Add(metrics.Connections[ConnectionState.Open]);
            hash.Add(metrics.Connections[ConnectionState.Held]);
            hash.Add(metrics.Connections[ConnectionState.Draining]);
            return hash.ToHashCode();
        }
    }
}
