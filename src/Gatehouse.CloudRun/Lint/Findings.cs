using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint;

/// <summary>Collects the findings of one file.</summary>
internal sealed class Findings(string file, LintSettings settings)
{
    private const int Most = 1_000;     // a file with more has one fault, repeated

    private readonly List<(Finding Finding, int Index)> _all = [];

    public LintSettings Settings => settings;

    /// <summary>Whether nothing more will be taken: then nobody needs to think about what was meant.</summary>
    public bool IsFull { get; private set; }

    /// <summary>A fault of what a spot holds, or of its not being there.</summary>
    public void Add(Rule rule, Spot spot, string reason, string fix, Change? change = null, Severity? severity = null)
    {
        var (start, end) = spot.Range;
        Add(rule, start, end, reason, fix, spot.IsBorrowed ? null : change, severity);
    }

    /// <summary>A fault of the key, whatever it holds.</summary>
    public void AddKey(Rule rule, Spot spot, string reason, string fix, Change? change = null, Severity? severity = null)
    {
        var (start, end) = spot.KeyRange;
        Add(rule, start, end, reason, fix, spot.IsBorrowed ? null : change, severity);
    }

    public void Add(ManifestProblem problem) => Add(FileRules.Of(problem.Kind), problem.Start, problem.End, problem.Reason, problem.Fix);

    public void Add(Rule rule, Place start, Place end, string reason, string fix, Change? change = null, Severity? severity = null)
    {
        if (settings.Ignored.Contains(rule.Id) || settings.Ignored.Contains(rule.Name) || IsFull) return;
        if (_all.Count >= Most)
        {
            IsFull = true;
            (rule, reason, fix, change, severity) = (FileRules.TooManyFindings, FormattableString.Invariant($"there are more than {Most} findings; the rest is left out"), "correct these first", null, null);
        }
        // What spans lines is marked to the end of its first: nobody wants half a file underlined.
        if (end.Line != start.Line || end.Index < start.Index) end = start;
        _all.Add((Finding.At(rule, severity ?? rule.Severity, file, start, end, reason, fix, change), start.Index));
    }

    public IReadOnlyList<Finding> InOrder() => [.. _all.OrderBy(static each => each.Index).ThenBy(static each => each.Finding.Rule.Id, StringComparer.Ordinal).Select(static each => each.Finding)];
}
