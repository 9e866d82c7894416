using System.CommandLine;
using Gatehouse.Cli.Local;

namespace Gatehouse.Cli.Tests.Local;

/// <summary><c>gatehouse local</c> as it is called, with real processes.</summary>
public sealed class LocalCommandTests : IDisposable
{
    private const string Manifest = """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: hello
        spec:
          template:
            metadata:
              name: hello-one
            spec:
              containers:
              - image: example.org/hello
        ---
        apiVersion: run.googleapis.com/v1
        kind: Job
        metadata:
          name: migrate
        spec:
          template:
            spec:
              template:
                spec:
                  maxRetries: 0
                  containers:
                  - image: example.org/migrate
        """;

    private const string Serve = "example.org/hello=sh -c 'exec python3 -m http.server $PORT'";
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("gatehouse-local-").FullName, "service.yaml");
    private readonly SignallingWriter _output = new();
    private readonly StringWriter _error = new();

    public LocalCommandTests() => File.WriteAllText(_file, Manifest);

    public void Dispose()
    {
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task A_check_brings_everything_up_tells_it_in_lines_and_ends()
    {
        Assert.Equal(ExitCode.Done, await CallAsync(_file, "--port", "0", "--check", "--execute", "--run", Serve, "--run", "example.org/migrate=echo migrated"));
        var lines = _output.ToString();
        Assert.Contains("service  http://hello.localhost:", lines);
        Assert.Contains("/0 | migrated", lines);
        Assert.Contains("Default STARTUP TCP probe succeeded after 1 attempt for container \"hello-1\" on port ", lines);
        Assert.Contains("hello-one revision ready", lines);
        Assert.Contains("hello traffic 100 % hello-one", lines);
        Assert.Contains("SIGTERM: the local cloud ends", lines);
        Assert.DoesNotContain('\e', lines);
    }

    [Fact]
    public async Task A_check_of_what_does_not_start_is_1()
    {
        Assert.Equal(ExitCode.Broken, await CallAsync(_file, "--port", "0", "--check", "--run", "example.org/hello=false", "--run", "example.org/migrate=true"));
        Assert.Contains("hello-one revision failed (HealthCheckContainerError)", _output.ToString());
    }

    [Fact]
    public async Task It_serves_until_it_is_told_to_end()
    {
        using var stop = new CancellationTokenSource();
        var ready = _output.WaitForAsync("hello traffic 100 %");
        var running = CallAsync(stop.Token, _file, "--port", "0", "--run", Serve, "--run", "example.org/migrate=true");
        await ready;
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Done, await running);
        Assert.Contains("hello-one/1 ended with", _output.ToString());
    }

    [Fact]
    public async Task A_service_that_does_not_start_holds_no_other_up()
    {
        File.WriteAllText(_file, $"{Manifest.Replace("hello", "stuck")}\n---\n{Manifest}");
        using var stop = new CancellationTokenSource();
        var ready = _output.WaitForAsync("hello traffic 100 %");
        var running = CallAsync(stop.Token, _file, "--port", "0", "--run", Serve, "--run", "example.org/migrate=true", "--run", "example.org/stuck=sleep 1000");
        await ready;
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Done, await running);
        Assert.DoesNotContain("stuck traffic", _output.ToString());
    }

    [Theory]
    [InlineData("there is no command for the image 'example.org/hello': give one with --run 'example.org/hello=COMMAND'")]
    [InlineData("--run nonsense: expected IMAGE=COMMAND", "--run", "nonsense")]
    [InlineData("--run a='b: a quote is not closed", "--run", "a='b")]
    [InlineData("--time-scale Infinity: expected a number above 0", "--time-scale", "Infinity"), InlineData("--time-scale NaN: expected a number above 0", "--time-scale", "NaN")]
    [InlineData("--run a=: there is no command after the =", "--run", "a=")]
    public async Task A_wrong_command_line_says_what_would_be_right(string expected, params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await CallAsync([_file, .. arguments]));
        Assert.Contains(expected, _error.ToString());
    }

    [Theory]
    [InlineData("kind: Pod\n", "the kind is 'Pod'; Service or Job was expected")]
    [InlineData("a: [\n", "service.yaml(")]
    [InlineData("", "there is no Service and no Job in it")]
    [InlineData("kind: Service\nspec: {template: {spec: {containers: [null]}}}\n", "spec.template.spec.containers[0] is null")]
    [InlineData("kind: Job\nspec: {template: {spec: {template: {spec: {containers: [{env: [null]}]}}}}}\n", "spec.template.spec.template.spec.containers[0].env[0] is null")]
    public async Task A_wrong_manifest_is_named(string text, string expected)
    {
        File.WriteAllText(_file, text);
        Assert.Equal(ExitCode.Usage, await CallAsync(_file));
        Assert.Contains(expected, _error.ToString());
    }

    [Fact]
    public async Task What_the_platform_would_refuse_is_refused()
    {
        File.WriteAllText(_file, Manifest.Replace("- image: example.org/hello", "- image: example.org/hello\n        env: [{name: PORT, value: '1'}]"));
        Assert.Equal(ExitCode.Usage, await CallAsync(_file, "--port", "0", "--run", Serve, "--run", "example.org/migrate=true"));
        Assert.Contains("The name 'PORT' is reserved.", _error.ToString());
    }

    private Task<int> CallAsync(params string[] arguments) => CallAsync(TestContext.Current.CancellationToken, arguments);

    private Task<int> CallAsync(CancellationToken cancellationToken, params string[] arguments) =>
        new RootCommand { LocalCommand.Create(new(TextReader.Null, _output, _error)) }
            .Parse(["local", .. arguments]).InvokeAsync(new() { ProcessTerminationTimeout = null }, cancellationToken);
}
