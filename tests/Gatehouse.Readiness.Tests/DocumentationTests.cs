using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Readiness.Tests;

/// <summary>The documents' code is code: it compiles, is accepted, and is the same in both places.</summary>
public sealed class DocumentationTests
{
    [Theory]
    [InlineData("README.md", 3)]
    [InlineData("readiness.md", 1)]
    public void The_code_of_the_documents_compiles(string document, int blocks)
    {
        var code = Plain(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "DocumentedCode.cs")));
        var shown = BlocksOf(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, document))).ToList();

        Assert.Equal(blocks, shown.Count);
        Assert.All(shown, block => Assert.Contains(Plain(block), code, StringComparison.Ordinal));
    }

    [Fact]
    public void The_graphs_of_the_documents_are_accepted()
    {
        DocumentedCode.Nodes(new ServiceCollection());
        DocumentedCode.HealthChecks(WebApplication.CreateSlimBuilder());
        DocumentedCode.Worker(WebApplication.CreateSlimBuilder());
        DocumentedCode.Web(WebApplication.CreateSlimBuilder(), new ConnectionEvents());
    }

    private static IEnumerable<IEnumerable<string>> BlocksOf(string[] lines)
    {
        for (var line = 0; line < lines.Length; line++)
            if (lines[line] == "```csharp")
                yield return lines[(line + 1)..Array.IndexOf(lines, "```", line)];
    }

    /// <summary>Documents align in columns, the formatter does not.</summary>
    private static string Plain(IEnumerable<string> lines) =>
        string.Concat(lines.Select(line => $"{string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))}\n"));
}
