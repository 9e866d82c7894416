using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Operations.Incidents;

namespace Gatehouse.Operations.Status;

/// <summary>All that the status page shows, at one moment. What is not known is absent.</summary>
internal sealed record StatusView
{
    public required DateTimeOffset At { get; init; }

    public required string Instance { get; init; }

    public required string Revision { get; init; }

    public required string Build { get; init; }

    public required bool Ready { get; init; }

    /// <summary>Why the instance is out of service; absent while it is not.</summary>
    public string? Withdrawn { get; init; }

    /// <summary>When it was ready for the first time.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The diagnosis in a sentence.</summary>
    public required string Summary { get; init; }

    public required IReadOnlyList<StatusNode> Nodes { get; init; }

    /// <summary>As <c>/api/startup</c> has it.</summary>
    public required JsonElement Startup { get; init; }

    public required IReadOnlyList<StatusMeasure> Measures { get; init; }

    /// <summary>The newest ones, without their cases.</summary>
    public required IReadOnlyList<Incident> Incidents { get; init; }

    public required IReadOnlyList<StatusInstance> Instances { get; init; }

    public required StatusConnections Connections { get; init; }
}

internal sealed record StatusNode
{
    public required string Name { get; init; }

    public required string State { get; init; }

    public required bool Required { get; init; }

    public required IReadOnlyList<StatusEdge> After { get; init; }

    public required DateTimeOffset Since { get; init; }

    public DateTimeOffset? LastGood { get; init; }

    public required IReadOnlyList<string> WaitingOn { get; init; }

    public string? Reason { get; init; }

    public required int Checks { get; init; }

    public required int Failures { get; init; }

    public required int Restarts { get; init; }

    public required bool Parked { get; init; }

    public double? LastMs { get; init; }

    /// <summary>How often its connection broke.</summary>
    public required int Flaps { get; init; }

    /// <summary>How long there was no failure and no break.</summary>
    public required double UnbrokenSeconds { get; init; }

    /// <summary>The latest changes, oldest first.</summary>
    public required IReadOnlyList<StatusEvent> Events { get; init; }
}

internal sealed record StatusEdge(string Node, string Strength);

internal sealed record StatusEvent(DateTimeOffset At, string State, string? Reason);

/// <summary>A success measure against its target.</summary>
/// <param name="Value">Absent while there is nothing to measure.</param>
/// <param name="AtLeast">Whether more is better.</param>
/// <param name="Window">What time it is about.</param>
/// <param name="Events">How many events it is made of; absent where it is not made of events.</param>
/// <param name="IsGood">Absent while it cannot be said.</param>
internal sealed record StatusMeasure(
    string Name, string Title, double? Value, string Unit, double Target, bool AtLeast, string Window, long? Events, bool? IsGood);

/// <summary>An instance as it says of itself.</summary>
/// <param name="Totals">Absent if its build does not tell.</param>
internal sealed record StatusInstance(
    string Id, string Revision, DateTimeOffset StartedAt, double SecondsAgo, bool Ready, long Open, long Held, long Draining, int Runs,
    InstanceTotals? Totals = null);

internal sealed record StatusConnections(long Open, long Held, long Draining);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(SnakeCase<IncidentRule>), typeof(SnakeCase<IncidentEntryKind>), typeof(SnakeCase<ResponseKind>), typeof(CaseConverter), typeof(ReportConverter),
    ])]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(InstanceState))]
internal sealed partial class StatusJson : JsonSerializerContext;

/// <summary>What an instance says of itself with each beat.</summary>
internal sealed record InstanceState(bool Ready, long Open, long Held, long Draining, int Runs, InstanceTotals? Totals = null);

/// <summary>What an instance has done since it started: by it a rollout tells one revision's measures from another's.</summary>
/// <param name="Accepted">Upgrades.</param>
/// <param name="Refused">Upgrades that it should have accepted: it was not ready, or protected itself.</param>
/// <param name="Turns">Runs that ended, without those that a user cancelled.</param>
/// <param name="Failed">Those of them that ended with an error.</param>
internal sealed record InstanceTotals(long Accepted, long Refused, long Turns, long Failed, long MemoryBytes);
