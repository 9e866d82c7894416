using System.Text.RegularExpressions;
using Gatehouse.CloudRun.Lint;
using Gatehouse.Testing;

namespace Gatehouse.CloudRun.Tests.Lint;

/// <summary>The page of a rule: what it shows as wrong and as right is what the tests judge.</summary>
internal sealed partial record RulePage(Rule Rule, string Text)
{
    public static RulePage Of(Rule rule) => new(rule, File.ReadAllText(Path.Combine(Repository.Root, rule.Page)));

    public string Section(string name)
    {
        var parts = Text.Split("\n## ");
        return Assert.Single(parts, part => part.StartsWith($"{name}\n", StringComparison.Ordinal))[(name.Length + 1)..].Trim();
    }

    /// <summary>Null if the section shows no manifest.</summary>
    public IReadOnlyList<Finding>? Findings(string section) => Example().Match(Section(section)) is { Success: true } example
        ? Linter.Lint(example.Groups["yaml"].Value, "page.yaml", new() { Target = example.Groups["target"].Length > 0 ? LintTarget.Knative : LintTarget.CloudRun })
        : null;

    [GeneratedRegex("```yaml(?<target> knative)?\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
