using System.Text.RegularExpressions;

namespace Gatehouse.Monitoring.Tests.Exported;

/// <summary>What a server said at <c>/metrics</c>, in Prometheus' text format.</summary>
internal sealed partial class Scrape
{
    public Scrape(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var parts = line["# HELP ".Length..].Split(' ', 2);
                Help[parts[0]] = parts[1];
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line["# TYPE ".Length..].Split(' ');
                Types[parts[0]] = parts[1];
            }
            else if (!line.StartsWith('#'))
            {
                var name = line[..line.IndexOfAny(['{', ' '])];
                Series.Add((name, [.. Label().Matches(line[name.Length..(line.LastIndexOf('}') + 1 is > 0 and var end ? end : name.Length)])
                    .Select(match => (match.Groups[1].Value, match.Groups[2].Value))]));
            }
    }

    public Dictionary<string, string> Help { get; } = [];

    public Dictionary<string, string> Types { get; } = [];

    public List<(string Name, (string Key, string Value)[] Labels)> Series { get; } = [];

    public HashSet<string> Names => [.. Series.Select(series => series.Name)];

    [GeneratedRegex("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();
}
