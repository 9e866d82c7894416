using System.Text;
using Gatehouse.Diagnosis.Tests.World;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>What holds for every form of a report.</summary>
public sealed class FormsTests
{
    public static TheoryData<string> Samples => [.. SampleReports.Named.Keys];

    [Theory]
    [InlineData("one root")]
    [InlineData("two roots")]
    [InlineData("insufficient")]
    public void All_forms_carry_the_same_ids(string name)
    {
        var report = SampleReports.Named[name];
        var ids = Why.Of(report.Chain!).All.Select(why => why.Hop.Id).ToList();
        var mermaid = DiagnosisMermaid.Flowchart(report);
        Assert.All(ids, id =>
        {
            Assert.Contains($"\"id\":\"{id}\"", DiagnosisJson.Write(report), StringComparison.Ordinal);
            Assert.Contains($"[{id}]", DiagnosisText.Write(report), StringComparison.Ordinal);
            Assert.Contains($"`{id}`", PostMortem.Write(report, Given(report)), StringComparison.Ordinal);
        });
        Assert.All(ids.Where(id => id != "node:schema/2"), id => Assert.Contains(MermaidText.Escape($"[{id}]", 100), mermaid, StringComparison.Ordinal));
        if (name == "two roots") Assert.Contains("hop_node_redis -. the same .-> hop_node_schema\n", mermaid, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void The_same_report_gives_the_same_bytes_even_after_a_round_through_JSON(string name)
    {
        // What JSON cannot carry, a half of a character, is not compared.
        if (name == "unclean") return;
        var report = SampleReports.Named[name];
        var again = DiagnosisJson.ReadReport(DiagnosisJson.Write(report));
        for (var run = 0; run < 3; run++)
        {
            Assert.Equal(DiagnosisText.Write(report), DiagnosisText.Write(again));
            Assert.Equal(DiagnosisMermaid.Flowchart(report), DiagnosisMermaid.Flowchart(again));
            Assert.Equal(DiagnosisMermaid.FailingSequence(report), DiagnosisMermaid.FailingSequence(again));
            Assert.Equal(DiagnosisMermaid.ExpectedSequence(report), DiagnosisMermaid.ExpectedSequence(again));
            Assert.Equal(PostMortem.Write(report, Given(report)), PostMortem.Write(again, Given(again)));
        }
    }

    [Fact]
    public void Reports_of_every_fault_of_the_matrix_keep_to_the_width_and_give_the_same_bytes_again()
    {
        var seen = 0;
        foreach (var fault in Faults.All)
        {
            if (Scenario.Make(fault, null, fault.Moments[0], Quality.Full, 0) is not { } scenario) continue;
            seen++;
            var report = FiveWhys.Explain(scenario.Seen);
            var again = DiagnosisJson.ReadReport(DiagnosisJson.Write(report));
            var commands = report.Roots.SelectMany(root => root.Remedies).SelectMany(remedy => PlainText.Lines(remedy.Command ?? "")).ToHashSet();
            Assert.All(DiagnosisText.Write(report).Split('\n'), line => Assert.True(Columns.Of(line) <= 100 || commands.Contains(line.TrimStart(' ')), line));
            Assert.Equal(DiagnosisText.Write(report), DiagnosisText.Write(again));
            Assert.Equal(PostMortem.Write(report, scenario.Seen), PostMortem.Write(again, scenario.Seen));
            Assert.All(Why.Of(report.Chain!).All, why => Assert.Contains($"[{why.Hop.Id}]", DiagnosisText.Write(report, 1000), StringComparison.Ordinal));
        }
        Assert.InRange(seen, 50, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void No_form_has_carriage_returns_or_broken_characters(string name)
    {
        var report = SampleReports.Named[name];
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        foreach (var form in (string[])[DiagnosisText.Write(report), DiagnosisMermaid.Flowchart(report), DiagnosisMermaid.FailingSequence(report) ?? "", PostMortem.Write(report, Given(report))])
        {
            Assert.DoesNotContain('\r', form);
            Assert.NotNull(strict.GetBytes(form));
        }
    }

    [Fact]
    public void A_diagram_stays_below_what_Mermaid_takes()
    {
        var hostile = SampleReports.OfTexts([.. Enumerable.Range(0, 600).Select(number => $"{number} {new string(';', 5000)}")]);
        Assert.InRange(DiagnosisMermaid.Flowchart(hostile).Length, 1, 49_999);
        Assert.InRange(DiagnosisMermaid.FailingSequence(hostile)!.Length, 1, 49_999);
        Assert.InRange(DiagnosisMermaid.ExpectedSequence(hostile)!.Length, 1, 49_999);
        Assert.Contains("more whys are not drawn", DiagnosisMermaid.Flowchart(hostile), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_in_a_diagram_are_plain_and_told_apart()
    {
        var ids = new MermaidIds("hop_");
        Assert.Equal(["hop_node_a_b", "hop_node_a_b_2", "hop_node_a_b", "hop_end"], new[] { "node:a-b", "node:a.b", "node:a-b", "end" }.Select(ids.Of));
    }

    [Fact]
    public void Whys_are_numbered_by_depth_and_lettered_by_branch()
    {
        Hop Leaf(string id, params Hop[] causes) => new() { Id = id, Kind = HopKind.Node, Question = "?", Answer = "!", Causes = causes };
        var tree = Leaf("1", Leaf("2", Leaf("3a", Leaf("4a")), Leaf("3b", Leaf("4ba"), Leaf("4bb", Leaf("5bb")))));
        Assert.All(Why.Of(tree).All, why => Assert.Equal(why.Hop.Id, why.Number));
        Assert.Equal("2ab", Why.Of(Leaf("", [.. Enumerable.Range(0, 28).Select(number => Leaf($"{number}"))])).Causes[27].Number);
    }

    private static Case Given(DiagnosisReport report) => new() { At = report.At };
}
