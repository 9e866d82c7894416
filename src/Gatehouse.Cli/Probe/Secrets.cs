using System.Globalization;
using System.Text;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// Makes what a peer says fit to be shown. A service may repeat the request in its answer, so that what was given to the probe in confidence
/// (query, user and password, values of headers) is taken out again; and a terminal obeys control characters, so that none is passed on.
/// </summary>
internal sealed class Secrets
{
    private const int ShortestChars = 4;        // less is a version or a flag, and would be found everywhere
    private readonly string[] _words;

    private Secrets(IEnumerable<string> words) =>
        _words = [.. words.Where(word => word.Length >= ShortestChars).Distinct().OrderByDescending(word => word.Length)];

    public static Secrets Of(ProbeSettings settings)
    {
        var target = settings.Target;
        List<string> words = [target.Query, target.UserInfo];
        words.AddRange(target.UserInfo.Split(':', 2));
        words.AddRange(target.Query.Split('&').Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]));
        words.AddRange(words.Select(Uri.UnescapeDataString).ToArray());
        foreach (var (_, value) in settings.Handshake.Headers)
        {
            words.Add(value);
            words.Add(value[(value.LastIndexOf(' ') + 1)..]);      // what follows "Bearer"
        }
        if (target.UserInfo.Length > 0) words.Add(BasicCredentials(target));
        return new(words);
    }

    /// <summary>User and password as <c>Authorization</c> carries them.</summary>
    public static string BasicCredentials(ProbeTarget target) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(target.UserInfo)));

    /// <summary>On one line, without secrets and control characters, at most <paramref name="chars"/> long.</summary>
    public string Clean(string text, int chars = 200)
    {
        foreach (var word in _words) text = text.Replace(word, "***", StringComparison.Ordinal);
        var clean = new StringBuilder(Math.Min(text.Length, chars));
        var afterSpace = true;
        foreach (var rune in text.EnumerateRunes())
        {
            var isSpace = Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format;
            if (!isSpace) clean.Append(rune.ToString());
            else if (!afterSpace) clean.Append(' ');
            afterSpace = isSpace;
            if (clean.Length >= chars) break;
        }
        return clean.Length > chars ? clean.ToString(0, chars) : clean.ToString().TrimEnd();
    }
}
