using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Operations.Status;

/// <summary>
/// The status page as one file that needs no server: its stylesheet, its modules and the data are inside. The modules become one, in the
/// order in which they stand on each other; for that their imports are whole lines, their exports stand before declarations, and no two of
/// them have a name in common. The data is no script, nothing in it can end its element, and by the page's own policy nothing runs but
/// the one script that was written here.
/// </summary>
internal static class StatusSnapshot
{
    private const string Style = """<link rel="stylesheet" href="/status/status.css">""";
    private const string Script = """<script type="module" src="/status/main.js"></script>""";
    private const string Icon = "/icon.svg";
    private const string Charset = """<meta charset="utf-8">""";

    private static readonly string[] Modules = ["dom", "layout", "pictures", "panels", "feed", "main"];

    private static readonly Lazy<(string Before, string After)> Page = new(Make);

    /// <param name="statusJson">What <c>/api/status</c> answers.</param>
    public static byte[] Write(byte[] statusJson)
    {
        var (before, after) = Page.Value;
        // Outside of its strings JSON has no such character.
        var data = Encoding.UTF8.GetString(statusJson).Replace("<", "\\u003c", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes($"{before}<script type=\"application/json\" id=\"snapshot\">{data}</script>{after}");
    }

    private static (string, string) Make()
    {
        var (style, script) = ($"\n{Text("status/status.css")}", $"\n{string.Concat(Modules.Select(Inline))}");
        var icon = $"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(Text("icon.svg")))}";
        var policy = $"default-src 'none'; script-src '{Hash(script)}'; style-src '{Hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'";
        var page = Text("status.html");
        page = Replace(page, Charset, $"{Charset}\n  <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        page = Replace(page, Icon, icon);
        page = Replace(page, Style, $"<style>{style}</style>");
        var at = Find(page, Script);
        // Such a script runs when all of the page is there, so that the data is there too.
        return (page[..at], $"<script type=\"module\">{script}</script>{page[(at + Script.Length)..]}");
    }

    private static string Inline(string module)
    {
        var text = new StringBuilder();
        foreach (var line in Text($"status/{module}.js").Split('\n'))
        {
            if (line.StartsWith("import ", StringComparison.Ordinal)) continue;
            text.Append(line.StartsWith("export ", StringComparison.Ordinal) ? line["export ".Length..] : line).Append('\n');
        }
        return text.ToString();
    }

    private static string Replace(string page, string what, string by)
    {
        var at = Find(page, what);
        return $"{page[..at]}{by}{page[(at + what.Length)..]}";
    }

    private static int Find(string page, string what) => page.IndexOf(what, StringComparison.Ordinal) is var at and >= 0
        ? at
        : throw new InvalidOperationException($"status.html has no {what}.");

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Text(string name)
    {
        using var stream = typeof(StatusSnapshot).Assembly.GetManifestResourceStream($"wwwroot/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
