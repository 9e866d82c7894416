using System.Text.RegularExpressions;
using Gatehouse.CloudRun.Lint;
using Gatehouse.Testing;

namespace Gatehouse.CloudRun.Tests.Lint;

/// <summary>Each rule fires on what its page shows as wrong, and not on what it shows as right.</summary>
public sealed partial class RuleTests
{
    // About the file and not about what a manifest says: HostileFileTests has them.
    private static readonly string[] OfFiles = ["GH1001", "GH1002", "GH1005", "GH1012"];

    public static TheoryData<string> Ids => [.. RuleTable.All.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_rule_fires_on_what_its_page_calls_wrong_and_on_nothing_that_it_calls_right(string id)
    {
        var page = RulePage.Of(RuleTable.Find(id)!);
        var (wrong, right) = (page.Findings("Wrong"), page.Findings("Right"));
        if (OfFiles.Contains(id))
        {
            Assert.Null(wrong);
            return;
        }
        Assert.Contains(wrong!, finding => finding.Rule.Id == id);
        Assert.DoesNotContain(right!, finding => finding.Rule.Id == id);
        if (page.Rule.Severity is Severity.Error) Assert.DoesNotContain(right!, finding => finding.Severity is Severity.Error);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_says_what_is_wrong_and_why_with_its_source(string id)
    {
        var page = RulePage.Of(RuleTable.Find(id)!);
        Assert.StartsWith($"# {page.Rule.Id} {page.Rule.Name}\n\n**{page.Rule.Severity.ToString().ToLowerInvariant()}** · {page.Rule.Title}", page.Text);
        Assert.Matches(@"\nSource: \[.+\]\(https://.+\)\.$", page.Section("Why"));
        Assert.NotEmpty(page.Section("Wrong"));
        Assert.NotEmpty(page.Section("Right"));
        Assert.DoesNotContain("UNVERIFIED", page.Text);
    }

    [Fact]
    public void Ids_and_names_are_unique_and_in_their_form()
    {
        Assert.Equal(RuleTable.All.Count, RuleTable.All.Select(rule => rule.Id).Distinct().Count());
        Assert.Equal(RuleTable.All.Count, RuleTable.All.Select(rule => rule.Name).Distinct().Count());
        Assert.Equal(RuleTable.All.OrderBy(rule => rule.Id, StringComparer.Ordinal), RuleTable.All);
        Assert.All(RuleTable.All, rule =>
        {
            Assert.Matches("^GH1[0-9]{3}$", rule.Id);
            Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", rule.Name);
            Assert.EndsWith(".", rule.Title);
            Assert.Same(rule, RuleTable.Find(rule.Id.ToLowerInvariant()));
            Assert.Same(rule, RuleTable.Find(rule.Name));
        });
    }

    [Fact]
    public void There_is_no_page_without_a_rule() =>
        Assert.Equal(RuleTable.All.Select(rule => Path.GetFileName(rule.Page)), Directory.GetFiles(Path.Combine(Repository.Root, "docs/lint")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    /// <summary>To write it anew: <c>GATEHOUSE_WRITE_RULES=1</c>.</summary>
    [Fact]
    public void The_manual_lists_every_rule()
    {
        var path = Path.Combine(Repository.Root, "docs/lint.md");
        var table = string.Concat(RuleTable.All.Select(rule => $"| [{rule.Id}](lint/{rule.Id}.md) | {rule.Name} | {rule.Severity.ToString().ToLowerInvariant()} | {rule.Title} |\n"));
        var manual = File.ReadAllText(path);
        if (Environment.GetEnvironmentVariable("GATEHOUSE_WRITE_RULES") is not null) File.WriteAllText(path, manual = Rows().Replace(manual, table, 1));
        Assert.Equal(table, Rows().Match(manual).Value);
    }

    [GeneratedRegex(@"(?:^\| (\[GH|\.\.\.).*\n)+", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
