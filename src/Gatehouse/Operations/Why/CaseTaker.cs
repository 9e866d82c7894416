using Gatehouse.Admission;
using Gatehouse.Diagnosis;
using Gatehouse.Readiness;

namespace Gatehouse.Operations.Why;

/// <summary>Puts together what this instance knows of itself. Reads memory only; called from any thread.</summary>
internal sealed class CaseTaker(
    ReadinessGraph readiness, GatehouseMetrics metrics, DecisionRecord decisions, AdmissionOptions admission, ProviderRecords providers, ProcessRecord process,
    Instance instance, TimeProvider clock)
{
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();

    public Case Take(Symptom? symptom = null)
    {
        var snapshot = readiness.Current;
        var now = clock.GetUtcNow();
        return new()
        {
            At = now,
            Subject = new() { Service = "gatehouse", Instance = instance.Id, Revision = instance.Revision, Build = Instance.Version },
            Symptom = symptom,
            Graph = GraphEvidence.Of(snapshot, readiness.History) with { At = now },
            Admission = Door(snapshot),
            Process = process.Evidence(),
            Providers = providers.Evidence(),
            Marks = Marks(snapshot),
        };
    }

    private AdmissionEvidence Door(ReadinessSnapshot snapshot)
    {
        var door = FrontDoor.Of(snapshot);
        return new()
        {
            Door = door.Says switch { WhenDown.KeepServing => Diagnosis.Door.Open, WhenDown.Hold => Diagnosis.Door.Holding, _ => Diagnosis.Door.Closed },
            Decisions = decisions.Look(),
            Held = metrics.Connections[ConnectionState.Held],
            MostHeld = admission.MaxHeld,
            Open = metrics.Connections[ConnectionState.Open],
            MostOpen = admission.Connections > 0 ? admission.Connections : null,
            IsDraining = snapshot.Withdrawn is not null,
        };
    }

    private IReadOnlyList<Mark> Marks(ReadinessSnapshot snapshot)
    {
        List<Mark> marks = [new(_startedAt, MarkKind.InstanceStarted, $"{instance.Id} of revision {instance.Revision}")];
        // A schema that was behind and is good now has been migrated.
        if (snapshot.Find("schema") is not null && readiness.History("schema") is { } history)
            for (var i = 1; i < history.Count; i++)
                if (history[i - 1].Signature is "schema_behind" or "schema_locked" && history[i].State is NodeState.Ready)
                    marks.Add(new(history[i].At, MarkKind.MigrationLanded));
        if (snapshot.Withdrawn is { } reason) marks.Add(new(snapshot.At, MarkKind.DrainBegan, reason));
        return marks;
    }
}
