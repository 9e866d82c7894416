using System.Text;
using Gatehouse.Diagnosis;
using Gatehouse.Operations;

namespace Gatehouse.Agents.Ops;

/// <summary>The five whys in words: each question with its answer, one step deeper each time, then what to do.</summary>
internal static class WhyAnswer
{
    /// <param name="nodes">The nodes, which tell more where nothing is wrong.</param>
    public static string Write(DiagnosisReport report, NodeFacts? nodes)
    {
        var text = new StringBuilder("**").Append(Wording.Line(report.Summary)).Append("**");
        if (report.Verdict is Verdict.Healthy)
            return nodes is null ? text.ToString() : text.Append("\n\n").Append(ReadinessAnswer.Write(nodes)).ToString();
        if (report.Chain is { } chain)
        {
            text.Append("\n\n");
            AddHop(text, chain, 0);
        }
        foreach (var root in report.Roots) AddRemedies(text, root, report.Roots.Count > 1);
        foreach (var factor in report.Factors.Take(3)) text.Append("\n\nIt made it worse: ").Append(Wording.Line(factor.Text));
        if (report.Verdict is Verdict.InsufficientEvidence)
            foreach (var question in report.OpenQuestions.Take(3)) text.Append("\n\nNot known: ").Append(Wording.Line(question));
        return text.ToString();
    }

    private static void AddHop(StringBuilder text, Hop hop, int depth)
    {
        if (depth > 0) text.Append('\n');
        text.Append(' ', depth * 2).Append("- ").Append(Wording.Line(hop.Question)).Append(' ').Append(Wording.Line(hop.Answer));
        if (hop.SameAs is not null) return;
        foreach (var cause in hop.Causes) AddHop(text, cause, depth + 1);
    }

    private static void AddRemedies(StringBuilder text, Root root, bool many)
    {
        text.Append("\n\n**What to do").Append(many ? $" about {Wording.Line(root.Title)}" : "").Append("**\n");
        foreach (var remedy in root.Remedies)
        {
            text.Append("\n- ").Append(remedy.When.ToString().ToLowerInvariant()).Append(": ").Append(Wording.Line(remedy.Text));
            if (remedy.Command is { } command) text.Append(" `").Append(command.Replace('`', '\'')).Append('`');
        }
    }
}
