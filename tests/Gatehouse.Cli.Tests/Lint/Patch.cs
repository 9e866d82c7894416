using System.Text.RegularExpressions;

namespace Gatehouse.Cli.Tests.Lint;

/// <summary>Applies a difference as patch does, without its forgiveness: every line must be where the difference says.</summary>
internal static partial class Patch
{
    public static string Apply(string text, string difference)
    {
        var (old, now, at, sign) = (Split(text), new List<string>(), 0, ' ');
        foreach (var line in Split(difference).Skip(2))
        {
            if (Head().Match(line) is { Success: true } head)
            {
                var (start, count) = (int.Parse(head.Groups[1].Value), int.Parse(head.Groups[2].Value));
                var from = count is 0 ? start : start - 1;
                while (at < from) now.Add(old[at++]);
                Assert.Equal(int.Parse(head.Groups[4].Value) is 0 ? now.Count : now.Count + 1, int.Parse(head.Groups[3].Value));
            }
            else if (line[0] is '\\')
            {
                if (sign is not '-') now[^1] = now[^1].TrimEnd('\n');
            }
            else if (line[0] is '+') now.Add(line[1..]);
            else
            {
                Assert.Equal(old[at].TrimEnd('\n'), line[1..].TrimEnd('\n'));
                if (line[0] is ' ') now.Add(old[at]);
                at++;
            }
            sign = line[0];
        }
        return string.Concat(now.Concat(old.Skip(at)));
    }

    private static string[] Split(string text) => Lines().Matches(text).Select(match => match.Value).ToArray();

    [GeneratedRegex("[^\n]*\n|[^\n]+$")]
    private static partial Regex Lines();

    [GeneratedRegex(@"^@@ -(\d+),(\d+) \+(\d+),(\d+) @@")]
    private static partial Regex Head();
}
