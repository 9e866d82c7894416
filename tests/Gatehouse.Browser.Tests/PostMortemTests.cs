using Gatehouse.Diagnosis;
using Gatehouse.Diagnosis.Tests;

namespace Gatehouse.Browser.Tests;

/// <summary>What a reader of Markdown makes of a post-mortem.</summary>
public sealed class PostMortemTests(Chromium chromium)
{
    private static readonly PostMortemContext Context = new()
    {
        Title = "<b>title</b> | *x*",
        Actions = [new(SampleReports.At, "a | b `c` <i>", "d | e")],
        Earlier = [new("INC|1", new(2026, 10, 1), ["schema.table_missing", "a|b"]) { Tried = "x | y", Helped = false }],
    };

    public static TheoryData<string> Samples => [.. SampleReports.Named.Keys];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Every_diagram_in_it_is_drawn_and_every_table_is_whole(string name)
    {
        var report = SampleReports.Named[name];
        await using var context = await chromium.NewContextAsync();
        await using var page = await MermaidPage.OpenAsync(context);
        var text = PostMortem.Write(report, new() { At = report.At }, Context);

        var diagrams = await page.ReadAsync<string[]>(text, "page => [...page.querySelectorAll('code.language-mermaid')].map(code => code.textContent)");
        Assert.Equal(report.Chain is null ? 0 : 3, diagrams.Length);
        foreach (var diagram in diagrams) await page.DrawAsync(diagram);

        var ragged = await page.ReadAsync<string[]>(text,
            "page => [...page.querySelectorAll('tr')].filter(row => row.cells.length !== row.closest('table').rows[0].cells.length).map(row => row.textContent)");
        Assert.Empty(ragged);
    }

    [Fact]
    public async Task The_example_in_the_documentation_is_whole()
    {
        await using var context = await chromium.NewContextAsync();
        await using var page = await MermaidPage.OpenAsync(context);
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/examples/postmortem-2026-10-14.md"));
        var diagrams = await page.ReadAsync<string[]>(text, "page => [...page.querySelectorAll('code.language-mermaid')].map(code => code.textContent)");
        Assert.Equal(3, diagrams.Length);
        foreach (var diagram in diagrams) await page.DrawAsync(diagram);
        Assert.True(await page.ReadAsync<int>(text, "page => page.querySelectorAll('li > input[type=checkbox], li > p > input[type=checkbox]').length") >= 6);
        Assert.Equal(1, await page.ReadAsync<int>(text, "page => page.querySelectorAll('h1').length"));
    }

    [Fact]
    public async Task Hostile_texts_are_read_as_they_are()
    {
        await using var context = await chromium.NewContextAsync();
        await using var page = await MermaidPage.OpenAsync(context);
        foreach (var texts in SampleReports.Hostile.Chunk(8))
        {
            var report = SampleReports.OfTexts(texts);
            var text = PostMortem.Write(report, new() { At = report.At }, Context);
            var seen = await page.ReadAsync<string[]>(text, "page => [...page.querySelectorAll('li, td, p, h1, strong, pre')].map(part => part.textContent.trim())");
            var tasks = await page.ReadAsync<string[]>(text, "page => [...page.querySelectorAll('li:has(> input, > p > input)')].map(part => part.textContent.trim())");
            foreach (var one in texts)
            {
                var sentence = one[^1] is '.' or '!' or '?' or ':' ? one : $"{one}.";
                Assert.True(seen.Any(part => part.EndsWith($". {one}", StringComparison.Ordinal)), $"the question: {one}\n{string.Join('\n', seen)}");
                Assert.True(seen.Any(part => part == one), $"the command: {one}\n{string.Join('\n', seen)}");
                Assert.True(seen.Any(part => part == sentence), $"the open question: {one}\n{string.Join('\n', seen)}");
                Assert.True(tasks.Any(part => part.StartsWith(sentence, StringComparison.Ordinal)), $"task: {one}\n{string.Join('\n', tasks)}");
            }
            Assert.Equal(texts.Length, tasks.Length);
            Assert.Equal(0, await page.ReadAsync<int>(text, "page => page.querySelectorAll('img, script, b, i, del, h4, blockquote, ol, hr').length"));
            Assert.Equal(1, await page.ReadAsync<int>(text, "page => page.querySelectorAll('h1').length"));
        }
    }
}
