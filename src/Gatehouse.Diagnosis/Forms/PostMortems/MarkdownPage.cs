using System.Text;

namespace Gatehouse.Diagnosis;

/// <summary>A document in the making. What goes in is Markdown already.</summary>
internal sealed class MarkdownPage
{
    private readonly StringBuilder _page = new();

    public override string ToString() => _page.ToString();

    public void Heading(int level, string text) => Block($"{new string('#', level)} {text}\n");

    public void Paragraph(string text) => Block($"{text}\n");

    /// <summary>A line directly below the one before it.</summary>
    public void Line(string text) => _page.Append(text).Append('\n');

    public void Gap() => _page.Append('\n');

    public void Diagram(string mermaid) => Block(Markdown.Block("mermaid", mermaid.TrimEnd('\n').Split('\n')));

    public void Bullets(IEnumerable<string> items) => Block(string.Concat(items.Select(item => $"- {item}\n")));

    /// <summary>A table; each row has as many cells as the head.</summary>
    public void Table(string[] head, IEnumerable<string[]> rows)
    {
        var table = new StringBuilder();
        Row(table, head);
        Row(table, [.. head.Select(_ => "---")]);
        foreach (var row in rows) Row(table, row);
        Block(table.ToString());
    }

    private static void Row(StringBuilder table, string[] cells) => table.Append("| ").AppendJoin(" | ", cells.Select(Markdown.Cell)).Append(" |\n");

    private void Block(string text)
    {
        if (_page.Length > 0 && !(_page[^1] is '\n' && _page[^2] is '\n')) Gap();
        _page.Append(text);
    }
}
