using Gatehouse.Cli.Deploy;

namespace Gatehouse.Cli.Tests.Deploy;

/// <summary><c>gatehouse deploy</c> with a command line that is wrong: told by name, before anybody is asked.</summary>
public sealed class DeployUsageTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("gatehouse-deploy-").FullName, "service.yaml");
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public DeployUsageTests() => File.WriteAllText(_file, """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata: { name: chat }
        spec: { template: { spec: { containers: [{ image: example.org/chat:1 }] } } }
        """);

    public void Dispose()
    {
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData("--undo-job, --undo-command: there is nothing to take back without --migrate-job or --migrate-command", "--undo-command", "true")]
    [InlineData("--undo-job and --undo-command exclude each other", "--migrate-command", "true", "--undo-command", "true", "--undo-job", "job.yaml")]
    [InlineData("--migrate-job: Knative has no jobs; give --migrate-command", "--target", "knative", "--migrate-job", "job.yaml")]
    [InlineData("--shares 100,5: expected percents that grow to 100, as 5,25,100", "--shares", "100,5")]
    [InlineData("--soak soon: expected a time, as 500ms, 2s or 1m", "--soak", "soon")]
    [InlineData("--min-turn-success 2: expected a share, as 99.5%", "--min-turn-success", "2")]
    [InlineData("--migrate-command: it is empty; give it a value or leave it out", "--migrate-command", "")]
    [InlineData("--image: it is empty; give it a value or leave it out", "--image", " ")]
    [InlineData("--namespace: it is empty; give it a value or leave it out", "--namespace=", "--dry-run")]
    [InlineData("--tag: the tag 'X_' must be lower-case letters, digits and dashes, beginning with a letter", "--tag", "X_")]
    [InlineData("--tag: the tag 'a2345678901234567890123456789012345678901234567' and the name 'chat' together are too long: at most 46 characters", "--tag", "a2345678901234567890123456789012345678901234567")]
    [InlineData("the candidate and the old revision cannot both have the tag 'stable' (--tag, --stable-tag)", "--tag", "stable")]
    [InlineData("--json /nonexistent/x.json: Could not find a part of the path '/nonexistent/x.json'.", "--json", "/nonexistent/x.json")]
    [InlineData("--markdown /tmp: Access to the path '/tmp' is denied.", "--markdown", "/tmp", "--dry-run")]
    public async Task A_wrong_command_line_is_named(string says, params string[] arguments)
    {
        string[] target = arguments.Contains("--target") ? [] : ["--target", "local"];
        var code = await DeployCommand.Create(new(TextReader.Null, _output, _error)).Parse(["-f", _file, "--api", "http://127.0.0.1:1", .. target, .. arguments]).InvokeAsync();
        Assert.Equal((ExitCode.Usage, $"gatehouse: {says}\n"), (code, _error.ToString()));
    }

    [Theory]
    [InlineData("401 Unauthorized Is it still good?", "still good? If a rollout")]
    [InlineData("403 Forbidden or its like.", "its like. If a rollout")]
    [InlineData("GET /: no answer", "no answer. If a rollout")]
    public void Fault_of_the_API_ends_as_one_sentence(string fault, string says) => Assert.Contains(says, PlanText.CutShort(fault), StringComparison.Ordinal);

    [Fact]
    public async Task Looking_whether_a_report_can_be_kept_leaves_no_file_and_spoils_none()
    {
        var (none, some) = ($"{_file}.json", $"{_file}.md");
        await File.WriteAllTextAsync(some, "of yesterday", TestContext.Current.CancellationToken);
        ReportFile.Check("--json", none);
        ReportFile.Check("--markdown", some);
        Assert.Equal((false, "of yesterday"), (File.Exists(none), await File.ReadAllTextAsync(some, TestContext.Current.CancellationToken)));
    }
}
