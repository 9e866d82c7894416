namespace Gatehouse.Monitoring.Tests;

/// <summary>
/// What is committed is what is generated. To bring it up to date:
/// <c>gatehouse-server monitoring --slo deploy/monitoring/slo.json --out deploy/monitoring --reference docs/metrics.md</c>.
/// </summary>
public sealed class GeneratedFilesTests
{
    [Fact]
    public void The_committed_files_are_the_generated_ones()
    {
        var generated = MonitoringFiles.Of(Shipped.Slo);

        Assert.All(generated, file => Assert.Equal(file.Content, Shipped.File($"deploy/monitoring/{file.Path}")));
        var committed = new[] { "prometheus", "grafana", "google" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, "deploy/monitoring", folder), "*", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Path.Combine(Repository.Root, "deploy/monitoring"), file));
        Assert.Equal(generated.Select(file => file.Path).Order(StringComparer.Ordinal), committed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_reference_of_the_metrics_is_generated() => Assert.Equal(MetricsReference.Write(), Shipped.File("docs/metrics.md"));

    [Fact]
    public void The_runbook_has_a_section_for_every_alert_and_for_nothing_else()
    {
        var sections = Shipped.File("docs/runbook.md").Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]);

        Assert.Equal(new AlertRules(Shipped.Slo).All.Select(rule => rule.Name), sections);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_job_of_the_server_writes_them()
    {
        var directory = Directory.CreateTempSubdirectory("gatehouse-");
        try
        {
            var (code, line) = await RunAsync("--out", directory.FullName, "--reference", Path.Combine(directory.FullName, "metrics.md"));

            Assert.Equal((0, $"gatehouse-server monitoring: Wrote {MonitoringFiles.Of(Shipped.Slo).Count} files to {directory.FullName}."), (code, line));
            Assert.All(MonitoringFiles.Of(Shipped.Slo), file => Assert.Equal(file.Content, File.ReadAllText(Path.Combine(directory.FullName, file.Path))));
            Assert.Equal(MetricsReference.Write(), File.ReadAllText(Path.Combine(directory.FullName, "metrics.md")));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory(Timeout = 120_000)]
    [InlineData(64, "argument 1 is not known; there are --slo FILE, --out DIR and --reference FILE.", "--slow")]
    [InlineData(64, "--out is without a value.", "--out")]
    [InlineData(65, "There is no file /nowhere.json.", "--slo", "/nowhere.json")]
    [InlineData(65, "The SLO file is not JSON", "--slo", "/proc/self/comm")]
    [InlineData(73, "/proc/gatehouse", "--out", "/proc/gatehouse")]
    public async Task What_it_cannot_do_is_one_line_and_a_code(int code, string says, params string[] arguments)
    {
        var (exit, line) = await RunAsync(arguments);

        Assert.True(exit == code, line);
        Assert.Contains(says, line);
        Assert.DoesNotContain("\n", line);
    }

    private static async Task<(int Code, string Line)> RunAsync(params string[] arguments)
    {
        await using var job = ChildProcess.Start(new(Repository.Built("src/Gatehouse.Server", "gatehouse-server"), ["monitoring", .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
        });
        return (await job.ExitAsync(), job.Output.TrimEnd());
    }
}
