using Gatehouse.Diagnosis;
using Gatehouse.Diagnosis.Tests;
using Gatehouse.Diagnosis.Tests.World;
using Gatehouse.Readiness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Browser.Tests;

/// <summary>Every diagram that we write is taken and drawn by the real Mermaid, and shows what was said.</summary>
public sealed class DiagramTests(Chromium chromium)
{
    public static TheoryData<string> Samples => [.. SampleReports.Named.Keys];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Every_form_of_every_report_is_drawn(string name)
    {
        var report = SampleReports.Named[name];
        await using var context = await chromium.NewContextAsync();
        await using var page = await MermaidPage.OpenAsync(context);

        Assert.Equal("flowchart-v2", (await page.DrawAsync(DiagnosisMermaid.Flowchart(report))).Kind);
        Assert.Equal(report.Chain is null, DiagnosisMermaid.FailingSequence(report) is null);
        if (DiagnosisMermaid.FailingSequence(report) is { } failing) Assert.Equal("sequence", (await page.DrawAsync(failing)).Kind);
        if (DiagnosisMermaid.ExpectedSequence(report) is { } expected) Assert.Equal("sequence", (await page.DrawAsync(expected)).Kind);
    }

    [Fact]
    public async Task Reports_of_every_fault_of_the_matrix_are_taken()
    {
        await using var context = await chromium.NewContextAsync();
        await using var page = await MermaidPage.OpenAsync(context);
        var drawn = 0;
        foreach (var fault in Faults.All)
        {
            if (Scenario.Make(fault, null, fault.Moments[0], Quality.Full, 0) is not { } scenario) continue;
            var report = FiveWhys.Explain(scenario.Seen);
            var flowchart = DiagnosisMermaid.Flowchart(report);
            if (drawn++ % 10 is 0) await page.DrawAsync(flowchart);
            await page.ParseAsync([flowchart, DiagnosisMermaid.FailingSequence(report) ?? flowchart, DiagnosisMermaid.ExpectedSequence(report) ?? flowchart]);
        }
        Assert.InRange(drawn, 50, int.MaxValue);
    }

    [Fact]
    public async Task Flowchart_shows_hostile_texts_as_they_are()
    {
        await using var context = await chromium.NewContextAsync();
        await using var page = await MermaidPage.OpenAsync(context);
        foreach (var texts in SampleReports.Hostile.Chunk(8))
        {
            var report = SampleReports.OfTexts(texts);
            var drawn = await page.DrawAsync(DiagnosisMermaid.Flowchart(report));
            var letter = 'a';
            foreach (var hop in report.Chain!.Causes)
                Assert.Contains($"2{letter++}. {hop.Question} {hop.Answer} = root cause [{hop.Id}]", drawn.Nodes);
            Assert.Equal(2 * texts.Length, drawn.Edges);
            Assert.Equal(texts.Length, drawn.Dashed);
            Assert.Equal(0, drawn.Foreign);
        }
    }

    [Fact]
    public async Task Sequences_show_hostile_texts_as_they_are()
    {
        await using var context = await chromium.NewContextAsync();
        await using var page = await MermaidPage.OpenAsync(context);
        foreach (var texts in SampleReports.Hostile.Chunk(8))
        {
            var report = SampleReports.OfTexts(texts);
            var drawn = await page.DrawAsync(DiagnosisMermaid.FailingSequence(report)!);
            var said = string.Join(' ', drawn.Lines);
            var named = string.Join(' ', drawn.Actors);
            foreach (var hop in report.Chain!.Causes)
            {
                Assert.Contains(hop.Answer, said, StringComparison.Ordinal);
                if (hop is { Kind: HopKind.Node, Name.Length: <= 60 }) Assert.Contains(hop.Name, named, StringComparison.Ordinal);
            }
            Assert.Equal(0, drawn.Foreign);
        }
    }

    [Fact]
    public async Task Two_roots_are_two_branches_and_what_was_ruled_out_is_dashed()
    {
        await using var context = await chromium.NewContextAsync();
        await using var page = await MermaidPage.OpenAsync(context);
        var drawn = await page.DrawAsync(DiagnosisMermaid.Flowchart(SampleReports.TwoRoots));
        Assert.Equal(2, drawn.Nodes.Count(label => label.Contains("= root cause", StringComparison.Ordinal)));
        Assert.Contains("redis ruled out: It was ready all the time.", drawn.Nodes);
        Assert.Equal(2, drawn.Dashed);      // that, and the branch that meets the other one
        Assert.Equal(8, drawn.Edges);
    }

    [Fact]
    public async Task Texts_that_nobody_has_escaped_are_refused_so_that_this_test_can_fail()
    {
        await using var context = await chromium.NewContextAsync();
        await using var page = await MermaidPage.OpenAsync(context);
        Assert.False(await page.TakesAsync("flowchart TB\n  a[Why is \"x\" [a](b)?]\n"));
        Assert.False(await page.TakesAsync("sequenceDiagram\n  participant a\n  loop\n  a->>: x\n"));
    }

    [Fact]
    public async Task A_start_is_drawn_as_a_Gantt_chart_whatever_its_nodes_are_called()
    {
        string[] names = ["database", "a:b; c # d", "end", "x, y", "section z", "done", "title", "%%{init: {}}%%", "<img src=x>", "ü 表 🎉", "axisFormat", "click me", "1. x"];
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddReadiness(graph =>
        {
            foreach (var name in names) graph.Node(name, (_, _) => Task.FromResult(CheckResult.Healthy));
            graph.Node("last", (_, _) => Task.FromResult(CheckResult.Healthy), after: ["database"], stable: Stability.Unbroken(TimeSpan.FromMilliseconds(50)));
        });
        using var host = builder.Build();
        await host.StartAsync();
        var graph = host.Services.GetRequiredService<ReadinessGraph>();
        await graph.WhenStartedAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await using var context = await chromium.NewContextAsync();
        await using var page = await MermaidPage.OpenAsync(context);
        var drawn = await page.DrawAsync(graph.Timeline().ToGantt());
        Assert.Equal("gantt", drawn.Kind);
        Assert.Contains("start-up", drawn.All);
        foreach (var name in names.Where(name => !name.AsSpan().ContainsAny(":;#%"))) Assert.Contains(name, drawn.All);
        Assert.Equal(0, drawn.Foreign);
        await host.StopAsync();
    }
}
