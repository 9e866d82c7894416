namespace Gatehouse.CloudRun.Resources;

/// <summary>A service: a template from which revisions are made, and how traffic is split over them.</summary>
public sealed record Service : Resource
{
    public ServiceSpec Spec { get; init => field = value ?? new(); } = new();

    public ServiceStatus? Status { get; init; }
}

public sealed record ServiceSpec : ResourcePart
{
    public RevisionTemplate Template { get; init => field = value ?? new(); } = new();

    /// <summary>Null or empty: all to the latest ready revision, which is seldom what a rollout wants.</summary>
    public IReadOnlyList<TrafficTarget>? Traffic { get; init; }
}

public sealed record ServiceStatus : ResourcePart
{
    public long? ObservedGeneration { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }

    public string? Url { get; init; }

    public Addressable? Address { get; init; }

    public string? LatestCreatedRevisionName { get; init; }

    public string? LatestReadyRevisionName { get; init; }

    /// <summary>What really holds: every entry names its revision, a tagged one its URL.</summary>
    public IReadOnlyList<TrafficTarget>? Traffic { get; init; }
}

public sealed record Addressable : ResourcePart
{
    public string? Url { get; init; }
}

/// <summary>A share of new connections, a tag, or both, for one revision.</summary>
public sealed record TrafficTarget : ResourcePart
{
    /// <summary>Not together with <see cref="LatestRevision"/>.</summary>
    public string? RevisionName { get; init; }

    public bool? LatestRevision { get; init; }

    /// <summary>0 to 100; all entries together are 100.</summary>
    public int? Percent { get; init; }

    /// <summary>A name under which the revision is reached whatever its share.</summary>
    public string? Tag { get; init; }

    /// <summary>Only in a status.</summary>
    public string? Url { get; init; }
}

/// <summary>Decides which revision gets a new connection.</summary>
public sealed record Route : Resource
{
    public RouteSpec Spec { get; init => field = value ?? new(); } = new();

    public RouteStatus? Status { get; init; }
}

public sealed record RouteSpec : ResourcePart
{
    public IReadOnlyList<TrafficTarget>? Traffic { get; init; }
}

public sealed record RouteStatus : ResourcePart
{
    public long? ObservedGeneration { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }

    public string? Url { get; init; }

    public Addressable? Address { get; init; }

    public IReadOnlyList<TrafficTarget>? Traffic { get; init; }
}

/// <summary>Makes a revision whenever the template changes. Named as it is in the API.</summary>
public sealed record Configuration : Resource
{
    public ConfigurationSpec Spec { get; init => field = value ?? new(); } = new();

    public ConfigurationStatus? Status { get; init; }
}

public sealed record ConfigurationSpec : ResourcePart
{
    public RevisionTemplate Template { get; init => field = value ?? new(); } = new();
}

public sealed record ConfigurationStatus : ResourcePart
{
    public long? ObservedGeneration { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }

    public string? LatestCreatedRevisionName { get; init; }

    public string? LatestReadyRevisionName { get; init; }
}
