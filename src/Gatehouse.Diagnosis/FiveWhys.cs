namespace Gatehouse.Diagnosis;

/// <summary>Explains a failure: from the symptom down the graph to the deepest cause. Pure: no clock, no network, no state.</summary>
public static class FiveWhys
{
    /// <summary>
    /// Explains a case. If the report asks to look again, look once, within a time that you set, put what you saw into
    /// <see cref="Case.Rechecks"/>, and explain again: it will not ask a second time.
    /// </summary>
    public static DiagnosisReport Explain(Case given)
    {
        ArgumentNullException.ThrowIfNull(given);
        return new Reasoner(given).Explain();
    }
}
