using System.Text;

namespace Gatehouse.CloudRun.Lint.Fixes;

/// <summary>A text that was mended.</summary>
/// <param name="Text">What it is now.</param>
/// <param name="Fixed">The findings that were mended, in the order in which that was done.</param>
/// <param name="Left">What is found in it now.</param>
public sealed record FixResult(string Text, IReadOnlyList<Finding> Fixed, IReadOnlyList<Finding> Left);

/// <summary>
/// Mends what can be mended without a decision. In rounds, because a change moves what stands behind it: each round takes the changes that do
/// not touch each other, and looks at the result anew. A change after which more is wrong than before is not made.
/// </summary>
public static class Fixer
{
    private const int MostRounds = 100;

    public static FixResult Fix(string text, string file, LintSettings? settings = null)
    {
        var (found, done, given) = (Linter.Lint(text, file, settings), new List<Finding>(), new HashSet<(string, string)>());
        for (var round = 0; round < MostRounds; round++)
        {
            var batch = Batch(found, given);
            if (batch.Count is 0) break;
            var next = Apply(text, batch);
            var then = Linter.Lint(next, file, settings);
            if (!IsBetter(found, then, batch))
            {
                // One of them does harm. Alone the first one can be judged; the others have their turn in the next round.
                batch = batch[..1];
                next = Apply(text, batch);
                then = Linter.Lint(next, file, settings);
                if (!IsBetter(found, then, batch))
                {
                    given.Add(Mark(batch[0]));
                    continue;
                }
            }
            done.AddRange(batch);
            (text, found) = (next, then);
        }
        return new(text, done, found);
    }

    private static (string, string) Mark(Finding finding) => (finding.Rule.Id, finding.Reason);

    /// <summary>Each of the mended findings is gone, and there are no more errors than before. What a mended key hid may come to light.</summary>
    private static bool IsBetter(IReadOnlyList<Finding> before, IReadOnlyList<Finding> after, IReadOnlyList<Finding> mended) =>
        Errors(after) <= Errors(before) && mended.Select(Mark).Distinct().All(mark => Count(after, mark) < Count(before, mark));

    private static int Errors(IReadOnlyList<Finding> findings) => findings.Count(static finding => finding.Severity is Severity.Error);

    private static int Count(IReadOnlyList<Finding> findings, (string, string) mark) => findings.Count(finding => Mark(finding) == mark);

    private static List<Finding> Batch(IReadOnlyList<Finding> found, HashSet<(string, string)> given)
    {
        var (batch, taken) = (new List<Finding>(), new List<TextEdit>());
        foreach (var finding in found)
        {
            if (finding.Change is not { } change || given.Contains(Mark(finding)) || change.Edits.Any(edit => taken.Any(other => edit.Start <= other.End && other.Start <= edit.End))) continue;
            batch.Add(finding);
            taken.AddRange(change.Edits);
        }
        return batch;
    }

    private static string Apply(string text, IReadOnlyList<Finding> batch)
    {
        var (result, from) = (new StringBuilder(text.Length + 256), 0);
        foreach (var edit in batch.SelectMany(static finding => finding.Change!.Edits).OrderBy(static edit => edit.Start))
        {
            result.Append(text, from, edit.Start - from).Append(edit.Text);
            from = edit.End;
        }
        return result.Append(text, from, text.Length - from).ToString();
    }
}
