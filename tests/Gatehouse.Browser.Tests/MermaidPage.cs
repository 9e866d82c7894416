using Microsoft.Playwright;

namespace Gatehouse.Browser.Tests;

/// <summary>An empty page with the real Mermaid, and the Markdown reader that it brings, as npm has them.</summary>
internal sealed class MermaidPage : IAsyncDisposable
{
    private const string Draw =
        """
        async text => {
          try {
            const { diagramType } = await mermaid.parse(text);
            const { svg } = await mermaid.render(`drawn${Date.now()}`, text);
            const shown = document.createElement('div');
            shown.innerHTML = svg;
            document.body.append(shown);
            for (const br of shown.querySelectorAll('br')) br.replaceWith(' ');
            const read = selector => [...shown.querySelectorAll(selector)].map(element => element.textContent.replaceAll('\u200b', '').trim());
            const drawn = {
              kind: diagramType, error: null,
              nodes: read('.nodeLabel'), actors: read('text.actor-box, text.actor-man'), lines: read('text.messageText, text.noteText'), all: read('text'),
              edges: shown.querySelectorAll('path.flowchart-link').length,
              dashed: shown.querySelectorAll('path.edge-pattern-dotted').length,
              foreign: shown.querySelectorAll('img, script, iframe, a[href]').length,
            };
            shown.remove();
            return drawn;
          } catch (error) {
            return { kind: null, error: String(error), nodes: [], actors: [], lines: [], all: [], edges: 0, dashed: 0, foreign: 0 };
          }
        }
        """;

    private readonly IPage _page;

    private MermaidPage(IPage page) => _page = page;

    public static async Task<MermaidPage> OpenAsync(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        await page.SetContentAsync("<!doctype html><title>diagrams</title><body>");
        await page.AddScriptTagAsync(new() { Path = Module("mermaid/dist/mermaid.min.js") });
        await page.AddScriptTagAsync(new() { Path = Module("marked/lib/marked.umd.js") });
        await page.EvaluateAsync("() => mermaid.initialize({ startOnLoad: false })");       // the strict security level, as on GitHub
        return new(page);
    }

    /// <summary>Parses and draws a diagram, and reads what is drawn.</summary>
    public async Task<Drawn> DrawAsync(string diagram)
    {
        var drawn = await _page.EvaluateAsync<Drawn>(Draw, diagram);
        Assert.True(drawn.Error is null, $"{drawn.Error}\n{diagram}");
        return drawn;
    }

    /// <summary>Parses diagrams without drawing them.</summary>
    public async Task ParseAsync(params string[] diagrams)
    {
        var error = await _page.EvaluateAsync<string?>(
            """
            async texts => {
              for (const text of texts) {
                try { await mermaid.parse(text); } catch (error) { return `${error}\n${text}`; }
              }
              return null;
            }
            """,
            diagrams);
        Assert.True(error is null, error);
    }

    /// <summary>Whether Mermaid takes a text at all.</summary>
    public async Task<bool> TakesAsync(string diagram) => (await _page.EvaluateAsync<Drawn>(Draw, diagram)).Error is null;

    /// <summary>Reads Markdown as GitHub does, and asks something of the page that it becomes.</summary>
    public Task<T> ReadAsync<T>(string markdown, string question) => _page.EvaluateAsync<T>(
        $$"""
        text => {
          const page = document.createElement('template');
          page.innerHTML = marked.parse(text, { gfm: true });
          return ({{question}})(page.content);
        }
        """,
        markdown);

    public async ValueTask DisposeAsync() => await _page.CloseAsync();

    private static string Module(string path)
    {
        var file = Path.Combine(Repository.Root, "tests/Gatehouse.Browser.Tests/node_modules", path);
        Assert.True(File.Exists(file), $"{file} is missing: run npm ci in tests/Gatehouse.Browser.Tests.");
        return file;
    }
}

/// <summary>What a diagram shows.</summary>
internal sealed class Drawn
{
    public string? Kind { get; set; }

    public string? Error { get; set; }

    /// <summary>The labels of a flowchart's nodes.</summary>
    public string[] Nodes { get; set; } = [];

    /// <summary>The names in a sequence diagram, each twice.</summary>
    public string[] Actors { get; set; } = [];

    /// <summary>The messages and notes of a sequence diagram; a broken one is several.</summary>
    public string[] Lines { get; set; } = [];

    /// <summary>All words outside of a flowchart's labels.</summary>
    public string[] All { get; set; } = [];

    public int Edges { get; set; }

    public int Dashed { get; set; }

    /// <summary>Elements that no diagram of ours has: pictures, scripts, links.</summary>
    public int Foreign { get; set; }
}
