using CsCheck;
using Gatehouse.CloudRun.Lint;
using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.Testing;

namespace Gatehouse.CloudRun.Tests.Lint;

/// <summary>Manifests, broken at random.</summary>
public sealed class LintPropertyTests
{
    private static readonly string[] Seeds =
    [
        File.ReadAllText(Path.Combine(Repository.Root, "src/Gatehouse.Cli/Demo/yesterday.yaml")),
        File.ReadAllText(Path.Combine(Repository.Root, "tests/Gatehouse.CloudRun.Tests/Lint/Manifests/everything.yaml")),
    ];

    private static readonly string[] Pieces =
    [
        "\n", "\r\n", "\r", "\t", " ", "  ", ": ", "- ", "? ", "| ", "|\n", ">-\n", "{", "}", "[", "]", ",", "\"", "'", "#", "&a ", "*a", "<<: *a", "!!str ", "!x ", "---\n", "...\n", "%YAML 1.1\n",
        "~", "null", "true", "0", "-1", "99999999999999999999", "1e999", ".nan", "0x10", "é", "𝄞", "\u2028", "\u0085", "\0", "\\", "\"\\ud800\"", "$(X)", "@", "`", "run.googleapis.com/timeout: \"3600\"", "name: x",
        "initialDelaySeconds: 45", "failureThreshold: 1", "periodSeconds: 0", "240\n", "0\n", "9223372036854775807\n", "percent: 50", "spec:", "metadata:", "annotations: {}", "annotations:", "value: secret",
    ];

    // Change: 0 drop a range, 1 put a piece in, 2 double a range, 3 put a piece in place of a range.
    private static readonly Gen<string> Broken =
        from seed in Gen.OneOfConst(Seeds)
        from changes in Gen.Select(Gen.Int[0, 3], Gen.Double[0, 1], Gen.Int[0, 40], Gen.OneOfConst(Pieces)).Array[1, 8]
        select changes.Aggregate(seed, Change);

    [Fact]
    public void Whatever_a_manifest_is_the_answer_is_findings_with_places() => Broken.Sample(text =>
    {
        foreach (var settings in new LintSettings[] { new(), new() { Target = LintTarget.Knative, HasSockets = false } })
            foreach (var finding in Linter.Lint(text, "x.yaml", settings))
                if (finding is not { Line: >= 1, Column: >= 1, EndColumn: >= 1, Reason.Length: > 0, Fix.Length: > 0 } || finding.EndLine < finding.Line || finding.Line > text.Length + 1) return false;
        return SecretMask.Of(text) is not null;
    }, iter: Iterations, print: static text => text);

    [Fact]
    public void What_is_mended_is_no_worse_and_stays_as_it_is() => Broken.Sample(text =>
    {
        var result = Fixer.Fix(text, "x.yaml");
        var again = Fixer.Fix(result.Text, "x.yaml");
        return again.Text == result.Text && Errors(result.Left) <= Errors(Linter.Lint(text, "x.yaml")) && Comments(result.Text) >= Comments(text) - result.Fixed.Count(finding => finding.Rule.Id is "GH1504");
    }, iter: Iterations, print: static text => text);

    private static int Iterations => Environment.GetEnvironmentVariable("GATEHOUSE_LONG") is null ? 3_000 : 300_000;

    private static int Errors(IReadOnlyList<Finding> found) => found.Count(finding => finding.Severity is Severity.Error);

    private static int Comments(string text) => text.Count(each => each is '#');

    private static string Change(string text, (int Kind, double At, int Length, string Piece) change)
    {
        var at = (int)(change.At * text.Length);
        var length = Math.Min(change.Length, text.Length - at);
        return change.Kind switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, change.Piece),
            2 => text.Insert(at, text.Substring(at, length)),
            _ => text.Remove(at, length).Insert(at, change.Piece),
        };
    }
}
