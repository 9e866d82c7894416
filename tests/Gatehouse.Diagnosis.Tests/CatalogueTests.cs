using System.Text;
using Gatehouse.Diagnosis.Tests.World;
using Gatehouse.Testing;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>The catalogue: each row is whole, has a fault in the tests' world, and stands in the documentation.</summary>
public sealed class CatalogueTests
{
    private const string Begin = "<!-- catalogue -->\n";
    private const string End = "<!-- /catalogue -->";

    [Fact]
    public void Each_cause_has_a_fault_in_the_world_and_each_fault_a_cause()
    {
        var codes = Catalogue.All.Select(static row => row.Cause.Code).ToHashSet(StringComparer.Ordinal);
        var faults = Faults.All.Select(static fault => fault.Code).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(faults.Except(codes));
        Assert.Empty(codes.Except(faults).Except(RootTests.OnceSeen));       // these have a test of their own
    }

    [Fact]
    public void Each_cause_says_what_to_do_now_next_and_so_that_it_does_not_come_again()
    {
        foreach (var (_, cause) in Catalogue.All)
        {
            Assert.Equal(Enum.GetValues<RemedyTime>(), cause.Remedies.Select(static remedy => remedy.When).Distinct().Order());
            Assert.All([cause.Why, cause.Lacks, .. cause.Remedies.Select(static remedy => remedy.Text)], text => Assert.EndsWith(".", text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Each_cause_has_a_command_that_mends_it_or_shows_more() =>
        Assert.Empty(Catalogue.All.Where(static row => row.Cause.Remedies.All(static remedy => remedy.Command is null)).Select(static row => row.Cause.Code).Distinct());

    [Fact]
    public void The_last_why_is_never_a_person()
    {
        string[] people = [" he ", " she ", "somebody forgot", "operator", "engineer", "developer ", "human", "mistake"];
        foreach (var (_, cause) in Catalogue.All)
            Assert.DoesNotContain(people, word => cause.Lacks.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_documentation_has_the_catalogue()
    {
        var path = Path.Combine(Repository.Root, "docs", "diagnosis.md");
        var document = File.ReadAllText(path);
        var (from, to) = (document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, document.IndexOf(End, StringComparison.Ordinal));
        var table = Table();
        if (Environment.GetEnvironmentVariable("GATEHOUSE_WRITE_MATRIX") is not null) File.WriteAllText(path, document[..from] + table + document[to..]);

        Assert.Equal(File.ReadAllText(path)[from..][..table.Length], table);
        Assert.Equal(table.Length, (Environment.GetEnvironmentVariable("GATEHOUSE_WRITE_MATRIX") is null ? to - from : table.Length));
    }

    private static string Table()
    {
        var text = new StringBuilder("\n| code | cause | evidence | the last why |\n|---|---|---|---|\n");
        foreach (var (code, rows) in Catalogue.All.Select(static row => row.Cause).GroupBy(static cause => cause.Code).Select(static group => (group.Key, group)))
            text.Append($"| `{code}` | {rows.First().Title} | {string.Join("; ", rows.Select(static row => row.Needs).Distinct()).Replace("|", "\\|", StringComparison.Ordinal)} | {rows.First().Lacks} |\n");
        return text.Append('\n').ToString();
    }
}
