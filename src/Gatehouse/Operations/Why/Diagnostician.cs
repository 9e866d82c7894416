using Gatehouse.Diagnosis;

namespace Gatehouse.Operations.Why;

/// <param name="Case">What was known.</param>
/// <param name="Report">What it comes to.</param>
internal sealed record Explanation(Case Case, DiagnosisReport Report);

/// <summary>
/// Explains this instance: takes the case, has it explained, looks again where that is asked for, once, and explains it with what was
/// seen. Whoever asks at the same time gets the same answer, so that asking often is cheap.
/// </summary>
internal sealed class Diagnostician(CaseTaker cases, SecondLook look, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();                // guards the rest
    private Task<Explanation>? _latest;
    private long _begunAt;

    /// <summary>Why this instance is as it is.</summary>
    public Task<Explanation> ExplainAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_latest is null or { IsFaulted: true } || _latest.IsCompleted && clock.GetElapsedTime(_begunAt) > Fresh)
            {
                _begunAt = clock.GetTimestamp();
                _latest = ExplainAsync(cases.Take(), CancellationToken.None);
            }
            return _latest.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Why this has happened.</summary>
    public Task<Explanation> ExplainAsync(Symptom symptom, CancellationToken cancellationToken) => ExplainAsync(cases.Take(symptom), cancellationToken);

    private async Task<Explanation> ExplainAsync(Case first, CancellationToken cancellationToken)
    {
        var report = FiveWhys.Explain(first);
        if (report.LookAgain.Count == 0) return new(first, report);
        var seen = await look.LookAsync(report.LookAgain, cancellationToken);
        var second = cases.Take(first.Symptom) with { Rechecks = seen };
        return new(second, FiveWhys.Explain(second));
    }
}
