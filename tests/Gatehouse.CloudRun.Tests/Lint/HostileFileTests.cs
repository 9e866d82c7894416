using System.Diagnostics;
using System.Text;
using Gatehouse.CloudRun.Lint;
using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Tests.Lint;

/// <summary>Whatever a file is, the answer is a finding with a place.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gatehouse-lint").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_bomb_of_aliases_is_not_written_out()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 40; i++) bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        AssertOne("GH1005", bomb.ToString());
        Assert.Throws<ManifestException>(() => Manifest.Parse(bomb.ToString(), "bomb.yaml"));
    }

    [Theory]
    [InlineData("a: &a [*a]")]
    [InlineData("a: &a { b: { c: *a } }")]
    [InlineData("&a [b, &c [*a]]")]
    public void An_anchor_that_contains_itself_is_told(string yaml) => AssertOne("GH1005", yaml);

    [Theory]
    [InlineData("[", 1_000_000)]
    [InlineData("{a: ", 200_000)]
    [InlineData("- ", 100_000)]
    [InlineData("? ", 100_000)]
    [InlineData("[{a: ", 100_000)]
    [InlineData("!!map {a: ", 100_000)]
    public void A_deep_nest_ends_at_its_sixtieth_level(string opening, int times)
    {
        var watch = Stopwatch.StartNew();
        var finding = Linter.Lint(string.Concat(Enumerable.Repeat(opening, times)), "deep.yaml")[0];
        Assert.True(finding.Rule.Id is "GH1005" or "GH1003", finding.Reason);
        Assert.True(finding.Column > 1);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"it took {watch.Elapsed}");    // quadratic would be hours
    }

    [Fact]
    public void A_deep_nest_by_indentation_ends_at_its_sixtieth_level()
    {
        var yaml = new StringBuilder();
        for (var i = 0; i < 1_000; i++) yaml.Append(' ', i).Append("a:\n");
        AssertOne("GH1005", yaml.ToString());
    }

    [Fact]
    public async Task A_huge_file_is_not_read_to_its_end()
    {
        var path = Path.Combine(_directory, "huge.yaml");
        await using (var file = File.Create(path)) file.SetLength(100L * 1024 * 1024);
        AssertOne("GH1005", await LintFileAsync(path));
    }

    [Fact]
    public void A_text_of_many_nodes_is_refused_and_one_of_many_lines_is_not()
    {
        AssertOne("GH1005", $"[{string.Join(',', Enumerable.Repeat("1", 600_000))}]");
        Assert.Equal("GH1010", Assert.Single(Linter.Lint(string.Concat(Enumerable.Repeat("- x\n", 100_000)), "long.yaml")).Rule.Id);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)':', (byte)'\n', (byte)' ', 0, (byte)'b' }, 2, 2)]
    [InlineData(new byte[] { (byte)'a', (byte)':', (byte)'\n', (byte)' ', (byte)' ', 0xE9, (byte)'\n' }, 2, 3)]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, 1, 1)]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'a', 0xC3 }, 1, 2)]
    public void What_is_no_text_is_told_with_the_first_byte_that_is_none(byte[] bytes, int line, int column)
    {
        var finding = Assert.Single(Linter.Lint(bytes, "bytes.yaml"));
        Assert.Equal(("GH1002", line, column), (finding.Rule.Id, finding.Line, finding.Column));
    }

    [Fact]
    public async Task What_cannot_be_read_is_a_finding()
    {
        AssertOne("GH1001", await LintFileAsync(Path.Combine(_directory, "none.yaml")));
        AssertOne("GH1001", await LintFileAsync(Path.Combine(_directory, "none", "none.yaml")));
        AssertOne("GH1001", await LintFileAsync(_directory));
        AssertOne("GH1001", await LintFileAsync("a\0b"));
        AssertOne("GH1001", await LintFileAsync(""));
    }

    [Fact]
    public void A_thousand_findings_are_enough()
    {
        var keys = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"key{i}: 1\n"));
        var found = Linter.Lint($"apiVersion: serving.knative.dev/v1\nkind: Service\n{keys}", "many.yaml");
        Assert.Equal(1_001, found.Count);
        Assert.Single(found, finding => finding.Rule.Id is "GH1012");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("9223372036854775807")]
    public void Absurd_numbers_are_findings(string number)
    {
        foreach (var key in new[] { "initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold" })
        {
            var probe = $"{{ httpGet: {{ path: / }}, failureThreshold: 1, initialDelaySeconds: 30, {key}: {number} }}".Replace("failureThreshold: 1, initialDelaySeconds: 30, failure", "initialDelaySeconds: 30, failure").Replace("initialDelaySeconds: 30, initial", "initial");
            var yaml = $"apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {{ name: a }}\nspec: {{ template: {{ spec: {{ containers: [{{ image: a:1, startupProbe: {probe}, livenessProbe: {probe}, readinessProbe: {probe} }}] }} }} }}\n";
            Assert.DoesNotContain(Linter.Lint(yaml, "absurd.yaml"), finding => finding.Rule.Id is "GH1004");
            Assert.NotEmpty(Fixer.Fix(yaml, "absurd.yaml").Left);
        }
    }

    [Fact]
    public void What_stands_before_a_fault_is_judged_all_the_same()
    {
        var found = Linter.Lint("apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: Chat }\nspec: 1\n---\na: [\n", "two.yaml");
        Assert.Equal(["GH1601", "GH1104", "GH1003"], found.Select(finding => finding.Rule.Id));
    }

    [Fact]
    public void An_anchor_is_judged_where_it_stands_and_not_mended_where_others_use_it()
    {
        const string yaml = """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: { name: chat }
            spec:
              template:
                spec:
                  timeoutSeconds: 3600
                  containers:
                  - image: a:1
                    startupProbe: &probe { httpGet: { path: /startup }, successThreshold: 2, failureThreshold: 60 }
                    livenessProbe: *probe
              traffic: [{ latestRevision: true, percent: 100 }]
            """;
        var found = Linter.Lint(yaml, "anchors.yaml").Where(finding => finding.Rule.Id is "GH1306").ToArray();
        Assert.Equal([10, 10], found.Select(finding => finding.Line));
        Assert.DoesNotContain(found, finding => finding.CanBeFixed);
    }

    [Fact]
    public void A_merge_key_gives_what_is_not_given()
    {
        const string yaml = """
            defaults: &defaults { image: a:1, name: x }
            container: { <<: *defaults, name: y }
            both: { <<: [*defaults, { workingDir: /z }] }
            wrong: { <<: 5 }
            """;
        var json = Assert.Single(Manifest.Read(yaml, "merge.yaml").Documents).ToJson()!;
        Assert.Equal("""{"name":"y","image":"a:1"}""", json["container"]!.ToJsonString());
        Assert.Equal("""{"image":"a:1","name":"x","workingDir":"/z"}""", json["both"]!.ToJsonString());
        AssertOne("GH1006", Linter.Lint(yaml, "merge.yaml").Where(finding => finding.Line is 4).ToArray());
    }

    [Fact]
    public void No_control_character_of_a_file_reaches_a_terminal()
    {
        var found = Linter.Lint("apiVersion: serving.knative.dev/v1\nkind: Service\n\"\\e[31mred\\u202e\": 1\n", "red.yaml");
        Assert.Contains(found, finding => finding.Rule.Id is "GH1101" && finding.Reason.Contains("?[31mred?", StringComparison.Ordinal));
        Assert.DoesNotContain(found, finding => $"{finding.Reason}{finding.Fix}".Any(char.IsControl));
    }

    private static async Task<IReadOnlyList<Finding>> LintFileAsync(string path) => (await LintFile.ReadAsync(path, TestContext.Current.CancellationToken)).Lint(new());

    private static void AssertOne(string id, string yaml)
    {
        AssertOne(id, Linter.Lint(yaml, "hostile.yaml"));
        Assert.Equal(yaml, Fixer.Fix(yaml, "hostile.yaml").Text);
    }

    private static void AssertOne(string id, IReadOnlyList<Finding> found)
    {
        var finding = Assert.Single(found);
        Assert.Equal(id, finding.Rule.Id);
        Assert.True(finding is { Line: >= 1, Column: >= 1, Severity: Severity.Error });
    }
}
