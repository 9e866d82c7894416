namespace Gatehouse.Store;

/// <summary>
/// What operators look at, kept beside the threads: incidents, and which instances are alive. Every call is one transaction and may be made
/// again. All members may be called concurrently.
/// </summary>
/// <remarks>The contract is the suite <c>OperationsContract</c>, which every implementation passes.</remarks>
internal interface IOperationsStore
{
    /// <summary>Keeps an incident, unless a newer version of it is kept already.</summary>
    Task SaveIncidentAsync(StoredIncident incident, CancellationToken cancellationToken);

    /// <summary>Incidents, newest first.</summary>
    /// <param name="before">Only those that were opened before; null for all.</param>
    Task<IReadOnlyList<StoredIncident>> IncidentsAsync(DateTimeOffset? before, int limit, CancellationToken cancellationToken);

    /// <summary>One incident; null if there is none of that id.</summary>
    Task<StoredIncident?> IncidentAsync(string id, CancellationToken cancellationToken);

    /// <summary>Says that an instance is alive, and forgets those that have been silent for a day.</summary>
    Task SayAliveAsync(StoredInstance instance, CancellationToken cancellationToken);

    /// <summary>The instances that were alive within <paramref name="within"/>, the oldest first, with how long ago each was.</summary>
    Task<IReadOnlyList<(StoredInstance Instance, TimeSpan Ago)>> InstancesAsync(TimeSpan within, CancellationToken cancellationToken);

    /// <summary>An instance has ended as it should.</summary>
    Task SayGoneAsync(string id, CancellationToken cancellationToken);
}

/// <param name="Version">Grows with every change of the incident.</param>
/// <param name="Body">The incident as JSON.</param>
internal sealed record StoredIncident(string Id, DateTimeOffset OpenedAt, long Version, string Body);

/// <param name="Body">What the instance says of itself, as JSON.</param>
internal sealed record StoredInstance(string Id, string Revision, DateTimeOffset StartedAt, string Body);
