using System.Text;

namespace Gatehouse.Operations.Status;

/// <summary>
/// The status page as one file that needs no server: its style and its two modules are put into it, and what it shows. The modules are joined
/// by leaving out their <c>import</c> and <c>export</c>, which stand at the beginning of a line.
/// </summary>
internal static class StatusSnapshot
{
    private static readonly Lazy<(string Before, string After)> Page = new(Join);

    /// <param name="status">As <c>/api/status</c> has it.</param>
    public static byte[] Write(ReadOnlySpan<byte> status)
    {
        // In a script of data only these could end it, or begin a comment: RFC 8259 allows to write the character so.
        var json = Encoding.UTF8.GetString(status).Replace("<", "\\u003c", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes($"{Page.Value.Before}<script type=\"application/json\" id=\"snapshot\">{json}</script>\n{Page.Value.After}");
    }

    private static (string Before, string After) Join()
    {
        var html = Read("status.html")
            .Replace("""  <link rel="icon" href="/icon.svg" type="image/svg+xml">""" + "\n", "", StringComparison.Ordinal)
            .Replace("""<link rel="stylesheet" href="/status/status.css">""", $"<style>\n{Read("status/status.css")}</style>", StringComparison.Ordinal)
            .Replace("""  <script type="module" src="/status/main.js"></script>""" + "\n", "", StringComparison.Ordinal);
        var script = $"<script type=\"module\">\n{Plain(Read("status/layout.js"))}\n{Plain(Read("status/main.js"))}</script>\n";
        var end = html.IndexOf("</body>", StringComparison.Ordinal);
        return (html[..end], $"{script}{html[end..]}");
    }

    private static string Plain(string module) => string.Join('\n', module.Split('\n')
        .Where(static line => !line.StartsWith("import ", StringComparison.Ordinal))
        .Select(static line => line.StartsWith("export ", StringComparison.Ordinal) ? line["export ".Length..] : line));

    private static string Read(string file)
    {
        using var resource = typeof(StatusSnapshot).Assembly.GetManifestResourceStream($"wwwroot/{file}")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
