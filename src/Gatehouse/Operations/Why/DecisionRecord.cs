using Gatehouse.Diagnosis;

namespace Gatehouse.Operations.Why;

/// <summary>
/// When the front door first and last decided what: seen by whoever looks once a second, so that a decision itself pays nothing for it.
/// Thread-safe.
/// </summary>
internal sealed class DecisionRecord(GatehouseMetrics metrics, TimeProvider clock)
{
    private readonly Lock _gate = new();                // guards what is kept
    private readonly Dictionary<(string Outcome, string? Reason, string? Node), AdmissionDecisions> _seen = [];

    public IReadOnlyList<AdmissionDecisions> Look()
    {
        var now = clock.GetUtcNow();
        lock (_gate)
            return [.. metrics.Handshakes.Decisions().Select(decided =>
            {
                var key = (decided.Outcome, decided.Reason, decided.Node);
                if (_seen.TryGetValue(key, out var before) && before.Count == decided.Count) return before;
                return _seen[key] = decided with { First = before?.First ?? now, Last = now };
            })];
    }
}
