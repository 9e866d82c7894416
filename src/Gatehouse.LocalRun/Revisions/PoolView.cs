namespace Gatehouse.LocalRun.Revisions;

/// <summary>What a pool looks like at one moment.</summary>
internal sealed record PoolView(int Waiting, IReadOnlyList<InstanceView> Instances);

/// <summary>One instance of a revision at one moment.</summary>
/// <param name="State">Starting, Serving, Unready or Stopping.</param>
/// <param name="Requests">Those that it has now, sockets included.</param>
public sealed record InstanceView(string Name, int Port, string State, int Requests);
