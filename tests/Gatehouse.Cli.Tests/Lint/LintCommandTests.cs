using System.Text;
using System.Text.Json;
using Gatehouse.Cli.Lint;
using Gatehouse.Testing;

namespace Gatehouse.Cli.Tests.Lint;

public sealed class LintCommandTests : IDisposable
{
    private const string Clean = "apiVersion: run.googleapis.com/v1\nkind: Job\nmetadata: { name: migrate }\nspec: { template: { spec: { template: { spec: { containers: [{ image: a:1 }] } } } } }\n";
    private const string Warned = "apiVersion: run.googleapis.com/v1\nkind: Job\nmetadata: { name: migrate }\nspec: { template: { spec: { template: { spec: { containers: [{ image: a }] } } } } }\n";
    private static readonly string Incident = File.ReadAllText(Path.Combine(Repository.Root, "src/Gatehouse.Cli/Demo/yesterday.yaml"));
    private static readonly string Fixed = File.ReadAllText(Path.Combine(Repository.Root, "tests/Gatehouse.CloudRun.Tests/Lint/Manifests/incident.fixed.yaml"));

    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("gatehouse-lint").FullName;
    private byte[] _input = [];

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        _out.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Findings_are_lines_with_their_place_and_errors_end_with_one()
    {
        var file = Write("service.yaml", Incident);
        Assert.Equal(1, await LintAsync(file));
        var lines = Printed().Split('\n');
        Assert.StartsWith($"{file}(8,5): error GH1202: ", lines[0]);
        Assert.Contains(". fix: move it to spec.template.metadata.annotations", lines[0]);
        Assert.Equal(["1 file: 2 errors, 4 warnings, 0 notes; 5 can be mended with --fix", "each rule has a page, as docs/lint/GH1202.md", ""], lines[^3..]);
        Assert.Equal(Incident, File.ReadAllText(file));
    }

    [Fact]
    public async Task Nothing_wrong_ends_with_nought_and_a_warning_with_one_where_it_counts()
    {
        var (clean, warned) = (Write("clean.yaml", Clean), Write("warned.yaml", Warned));
        Assert.Equal((0, "1 file: 0 errors, 0 warnings, 0 notes\n"), (await LintAsync("--strict", clean), Printed()));
        Assert.Equal(0, await LintAsync(clean, warned));
        Assert.Contains("2 files: 0 errors, 1 warning, 0 notes", Printed());
        Assert.Equal(1, await LintAsync("--strict", clean, warned));
        Assert.Equal(0, await LintAsync("--strict", "--ignore", "image-floats", warned));
        Assert.Equal(0, await LintAsync("--strict", "--ignore", "gh1705", warned));
    }

    [Fact]
    public async Task The_target_and_the_sockets_decide()
    {
        var file = Write("job.yaml", Clean);
        Assert.Equal(1, await LintAsync("--target", "knative", file));
        Assert.Contains("GH1904", Printed());
        var service = Write("service.yaml", Fixed.Replace("containerConcurrency: 250", "containerConcurrency: 1"));
        Assert.Equal(1, await LintAsync("--strict", service));
        Assert.Equal(0, await LintAsync("--strict", "--no-websockets", service));
    }

    [Fact]
    public async Task What_can_be_mended_is_mended_in_the_file_once()
    {
        var file = Write("service.yaml", Incident);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Equal(0, await LintAsync("--fix", file));
        Assert.Contains("1 file: 0 errors, 0 warnings, 0 notes; 5 mended", Printed());
        Assert.Equal(Fixed, File.ReadAllText(file));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
        var written = File.GetLastWriteTimeUtc(file);
        Assert.Equal(0, await LintAsync("--fix", file));
        Assert.Equal((Fixed, written), (File.ReadAllText(file), File.GetLastWriteTimeUtc(file)));
        Assert.Equal(["service.yaml"], Directory.GetFiles(_directory).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_link_stays_a_link_and_a_byte_order_mark_a_mark()
    {
        var file = Write("service.yaml", $"\uFEFF{Incident}");
        var link = Path.Combine(_directory, "link.yaml");
        File.CreateSymbolicLink(link, file);
        Assert.Equal(0, await LintAsync("--fix", link));
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Fixed)], File.ReadAllBytes(file));
    }

    [Fact]
    public async Task A_dry_run_prints_a_difference_and_writes_nothing()
    {
        var file = Write("service.yaml", Incident);
        Assert.Equal(0, await LintAsync("--fix", "--dry-run", file));
        Assert.Equal(Incident, File.ReadAllText(file));
        Assert.Equal(Fixed, Patch.Apply(Incident, _out.ToString()));
        Assert.Contains("5 would be mended", _error.ToString());
    }

    [Fact]
    public async Task A_secret_is_in_no_output()
    {
        var file = Write("service.yaml", Incident.Replace("          ports:", "          env:\n            - name: API_KEY\n              value: hunter2-in-clear\n            - { name: D, value: 'postgres://u:hunter2-in-clear@db' }\n          ports:"));
        foreach (var form in new[] { "--json", "--sarif", "--strict" })
        {
            await LintAsync(form, file);
            Assert.Contains("GH1804", Printed());
            await LintAsync(form, file);
            Assert.DoesNotContain("hunter2", Printed());
        }
        await LintAsync("--fix", "--dry-run", Write("near.yaml", File.ReadAllText(file).Replace("- name: http1", "- name: h2c")));
        Assert.Contains("value: ***", _out.ToString());
        Assert.DoesNotContain("hunter2", $"{_out}{_error}");
    }

    [Fact]
    public async Task Standard_input_is_a_file_too()
    {
        _input = Encoding.UTF8.GetBytes(Incident);
        Assert.Equal(1, await LintAsync("-"));
        Assert.StartsWith("(standard input)(8,5): error GH1202: ", Printed());
        _input = [(byte)'a', 0xFF];
        Assert.Equal(1, await LintAsync("-"));
        Assert.StartsWith("(standard input)(1,2): error GH1002: ", Printed());
    }

    [Fact]
    public async Task What_cannot_be_read_is_a_finding_and_the_others_are_judged()
    {
        Assert.Equal(1, await LintAsync(Path.Combine(_directory, "none.yaml"), _directory, Write("warned.yaml", Warned)));
        var printed = Printed();
        Assert.Contains("none.yaml(1,1): error GH1001: there is no such file", printed);
        Assert.Contains($"{_directory}(1,1): error GH1001: this is a directory", printed);
        Assert.Contains("GH1705", printed);
    }

    [Fact]
    public async Task JSON_has_all_that_is_known()
    {
        var file = Write("service.yaml", Incident);
        Assert.Equal(1, await LintAsync("--json", file));
        using var json = JsonDocument.Parse(Printed());
        Assert.Equal((1, 2, 4, 0), (Number(json, "files"), Number(json, "errors"), Number(json, "warnings"), Number(json, "notes")));
        var first = json.RootElement.GetProperty("findings")[0];
        Assert.Equal(["file", "line", "column", "endLine", "endColumn", "severity", "rule", "name", "reason", "fix", "fixable", "page"], first.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("GH1202", 8, true), (first.GetProperty("rule").GetString(), first.GetProperty("line").GetInt32(), first.GetProperty("fixable").GetBoolean()));
    }

    /// <summary>The structure that the standard asks for; the whole schema is OASIS's and not kept here.</summary>
    [Fact]
    public async Task SARIF_has_the_structure_of_the_standard()
    {
        Assert.Equal(1, await LintAsync("--sarif", Write("a service.yaml", Incident), Path.Combine(_directory, "none.yaml")));
        using var sarif = JsonDocument.Parse(Printed());
        Assert.Equal("2.1.0", sarif.RootElement.GetProperty("version").GetString());
        var run = Assert.Single(sarif.RootElement.GetProperty("runs").EnumerateArray());
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("id").GetString()).ToArray();
        Assert.Equal(rules.Distinct(), rules);
        var results = run.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(7, results.Length);
        foreach (var result in results)
        {
            Assert.Equal(rules[result.GetProperty("ruleIndex").GetInt32()], result.GetProperty("ruleId").GetString());
            Assert.Contains(result.GetProperty("level").GetString(), (string[])["error", "warning", "note"]);
            var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
            Assert.True(Uri.TryCreate(place.GetProperty("artifactLocation").GetProperty("uri").GetString(), UriKind.RelativeOrAbsolute, out _));
            Assert.True(place.GetProperty("region").GetProperty("startLine").GetInt32() >= 1);
        }
        Assert.Contains("a%20service.yaml", results[0].ToString());
    }

    [Theory]
    [InlineData]
    [InlineData("--jsn", "a")]
    [InlineData("--target", "heroku", "a")]
    [InlineData("--ignore", "GH9999", "a")]
    [InlineData("--json", "--sarif", "a")]
    [InlineData("--dry-run", "a")]
    [InlineData("--fix", "--dry-run", "--json", "a")]
    [InlineData("--fix", "-")]
    [InlineData("-", "-")]
    public void What_does_not_go_together_is_an_error(params string[] arguments) => Assert.NotEmpty(LintCommand.Create(new(TextReader.Null, _out, _error)).Parse(arguments).Errors);

    private static int Number(JsonDocument json, string name) => json.RootElement.GetProperty(name).GetInt32();

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string Printed()
    {
        var printed = _out.ToString();
        _out.GetStringBuilder().Clear();
        return printed;
    }

    private Task<int> LintAsync(params string[] arguments) =>
        LintCommand.Create(new(TextReader.Null, _out, _error), () => new MemoryStream(_input)).Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
