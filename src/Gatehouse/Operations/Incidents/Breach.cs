using Gatehouse.Diagnosis;

namespace Gatehouse.Operations.Incidents;

/// <summary>When there is an incident.</summary>
internal enum IncidentRule
{
    /// <summary>The instance was ready and is not, and is not draining.</summary>
    ReadinessLost,

    /// <summary>The start has met a fault that waiting cannot mend, or does not end.</summary>
    StartFailed,

    /// <summary>The monitor of a node is parked.</summary>
    MonitorParked,

    /// <summary>Too many upgrades are refused because the instance is not ready or has no room.</summary>
    UpgradesRefused,

    /// <summary>Turns fail so fast that the budget of a month is gone in two days.</summary>
    BudgetBurning,
}

/// <summary>A rule that is broken now.</summary>
/// <param name="Key">The same for as long as it is the same breach.</param>
/// <param name="Text">One sentence.</param>
internal sealed record Breach(IncidentRule Rule, string Key, string Text, Symptom Symptom);
