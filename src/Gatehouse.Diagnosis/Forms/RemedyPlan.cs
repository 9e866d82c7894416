namespace Gatehouse.Diagnosis;

/// <summary>A remedy and the roots that it is for.</summary>
internal sealed record PlannedRemedy(Remedy Remedy, IReadOnlyList<Root> For);

/// <summary>The remedies of all roots as one plan: each once, by when it is due, in the order of the roots.</summary>
internal sealed class RemedyPlan
{
    private readonly List<(Remedy Remedy, List<Root> For)> _remedies = [];

    public RemedyPlan(DiagnosisReport report)
    {
        HasSeveralRoots = report.Roots.Count > 1;
        foreach (var root in report.Roots)
            foreach (var remedy in root.Remedies) Add(remedy, root);
    }

    public bool IsEmpty => _remedies.Count is 0;

    /// <summary>Whether it has to be said what a remedy is for.</summary>
    public bool HasSeveralRoots { get; }

    public IReadOnlyList<PlannedRemedy> Due(RemedyTime when) =>
        [.. _remedies.Where(planned => planned.Remedy.When == when).Select(planned => new PlannedRemedy(planned.Remedy, planned.For))];

    private void Add(Remedy remedy, Root root)
    {
        var known = _remedies.Find(planned => planned.Remedy == remedy);
        if (known.For is null) _remedies.Add((remedy, [root]));
        else known.For.Add(root);
    }
}
