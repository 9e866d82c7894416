using System.Text.Json.Serialization;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// All that a rollout has to remember, kept in an annotation of its service: whoever comes next, on whatever machine, goes on from here. It is
/// written in the same PUT as what it tells of, so that it is never ahead or behind.
/// </summary>
public sealed record RolloutState
{
    public required string Id { get; init; }

    /// <summary>Who is at it now.</summary>
    public required RolloutOwner Owner { get; init; }

    /// <summary>The owner's last sign of life.</summary>
    public required DateTimeOffset AliveAt { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required RolloutStep Step { get; init; }

    /// <summary>The candidate's share of new connections, in percent.</summary>
    public int Share { get; init; }

    /// <summary>The revision that had all traffic; null at a first deployment.</summary>
    public string? Stable { get; init; }

    /// <summary>It was not well when the rollout began, and was to be replaced all the same: what fails there is no news, and not the candidate's.</summary>
    public bool IsStableSick { get; init; }

    public required string Candidate { get; init; }

    public required string Tag { get; init; }

    public required string StableTag { get; init; }

    /// <summary>Of the template that is to run.</summary>
    public required string Digest { get; init; }

    public string? Image { get; init; }

    /// <summary>Why it is rolled back.</summary>
    public IReadOnlyList<Breach> Breaches { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    internal TrafficPlan Traffic => new(Stable, Candidate, Tag, StableTag);
}

/// <summary>Who runs a rollout.</summary>
/// <param name="Process">On that host.</param>
/// <param name="Key">Unique per run of the command.</param>
public sealed record RolloutOwner(string Host, int Process, string Key);

/// <summary>What the service was before the candidate, so that it can be again.</summary>
internal sealed record PreviousService(
    RevisionTemplate Template, IReadOnlyDictionary<string, string>? Annotations, IReadOnlyDictionary<string, string>? Labels);

/// <summary>How the last rollout of a service ended.</summary>
internal sealed record LastRollout(string Id, string Candidate, string? Image, string Outcome, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RolloutState))]
[JsonSerializable(typeof(PreviousService))]
[JsonSerializable(typeof(LastRollout))]
internal sealed partial class StateJson : JsonSerializerContext;
