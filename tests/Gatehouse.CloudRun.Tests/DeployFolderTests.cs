using System.Text.RegularExpressions;
using Gatehouse.CloudRun.Lint;
using Gatehouse.CloudRun.Manifests;
using Gatehouse.Testing;

namespace Gatehouse.CloudRun.Tests;

/// <summary>
/// The manifests, the Dockerfile and the workflow that ship. Nobody builds an image here, for there is no Docker: what can be held is that its
/// steps name what there is, and are the ones that <c>.ci/run</c> proves on every change.
/// </summary>
public sealed partial class DeployFolderTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy");
    private static readonly string[] Dockerfile = File.ReadAllText(Path.Combine(Folder, "Dockerfile")).Replace("\\\n", "", StringComparison.Ordinal).Split('\n');

    public static TheoryData<string> Manifests => [.. new[] { "cloudrun", "knative", "kubernetes" }
        .SelectMany(folder => Directory.GetFiles(Path.Combine(Folder, folder), "*.yaml")).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_manifest_that_ships_is_clean(string file)
    {
        var settings = new LintSettings { Target = file.StartsWith("cloudrun", StringComparison.Ordinal) ? LintTarget.CloudRun : LintTarget.Knative };
        var found = Linter.Lint(File.ReadAllText(Path.Combine(Folder, file)), file, settings);
        Assert.All(found, finding => Assert.Equal("GH1008", finding.Rule.Id));
        var isServing = file is "cloudrun/service.yaml" or "cloudrun/migrate-job.yaml" or "knative/service.yaml";
        Assert.Equal(isServing, found.Count is 0);
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_manifest_names_what_the_server_has(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        var configuration = File.ReadAllText(Path.Combine(Repository.Root, "docs/configuration.md"));
        foreach (var name in Variable().Matches(text).Select(match => match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal)))
            Assert.Contains($"`{name}`", configuration);
        foreach (var path in ProbePath().Matches(text).Select(match => match.Groups[1].Value)) Assert.Contains(path, (string[])["/startup", "/ready", "/health"]);
        if (!file.Contains("migrate", StringComparison.Ordinal)) Assert.Equal(3, ProbePath().Count(text));
    }

    [Fact]
    public void On_Kubernetes_there_is_time_for_the_pause_and_the_drain()
    {
        var deployment = Manifest.Parse(File.ReadAllText(Path.Combine(Folder, "kubernetes/gatehouse.yaml")), "gatehouse.yaml").Documents[0].ToJson()!["spec"]!;
        var pod = deployment["template"]!["spec"]!;
        var pause = pod["containers"]![0]!["lifecycle"]!["preStop"]!["sleep"]!["seconds"]!.GetValue<long>();
        Assert.True(pod["terminationGracePeriodSeconds"]!.GetValue<long>() > pause + 8);
        Assert.Equal((1, 0), (deployment["strategy"]!["rollingUpdate"]!["maxSurge"]!.GetValue<long>(), deployment["strategy"]!["rollingUpdate"]!["maxUnavailable"]!.GetValue<long>()));
    }

    [Fact]
    public void The_image_is_published_as_the_pipeline_publishes()
    {
        var publish = Assert.Single(Dockerfile, line => line.Contains("dotnet publish", StringComparison.Ordinal));
        var script = File.ReadAllText(Path.Combine(Repository.Root, ".ci/run"));
        Assert.Contains("src/Gatehouse.Server", script);
        var command = Command().Match(script).Value.Replace("\"$project\"", "src/Gatehouse.Server").Replace("\"$out/$name\"", "/out/Gatehouse.Server");
        Assert.Equal($"RUN {command}", publish[..publish.IndexOf(" &&", StringComparison.Ordinal)].TrimEnd());
    }

    [Fact]
    public void What_the_image_copies_is_there_and_is_all_that_the_server_is_built_from()
    {
        var copied = Dockerfile.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1]).ToArray();
        Assert.All(copied, path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path));
        foreach (var project in Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories))
            foreach (Match outside in Outside().Matches(File.ReadAllText(project)))
                Assert.Contains(copied, path => outside.Groups[1].Value == path || outside.Groups[1].Value.StartsWith($"{path}/", StringComparison.Ordinal));
        foreach (var file in new[] { "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", "global.json" }) Assert.Contains(file, copied);
    }

    [Fact]
    public void The_image_runs_the_server_and_not_as_root()
    {
        var last = Array.FindLastIndex(Dockerfile, line => line.StartsWith("FROM ", StringComparison.Ordinal));
        Assert.True(last > 0, "one stage only");
        var user = Assert.Single(Dockerfile[last..], line => line.StartsWith("USER ", StringComparison.Ordinal))[5..];
        Assert.True(int.Parse(user) > 0, "the user is root");
        Assert.Contains("ENTRYPOINT [\"./gatehouse-server\"]", Dockerfile[last..]);
        Assert.Contains("<AssemblyName>gatehouse-server</AssemblyName>", File.ReadAllText(Path.Combine(Repository.Root, "src/Gatehouse.Server/Gatehouse.Server.csproj")));
        var build = string.Join('\n', Dockerfile[..last]);
        Assert.Matches(@"apt-get install .*\bgcc\b.*\bzlib1g-dev\b", build);
    }

    [Fact]
    public void The_workflow_tests_lints_and_migrates_before_it_deploys()
    {
        var text = File.ReadAllText(Path.Combine(Folder, "ci/deploy.yml"));
        var jobs = Assert.Single(Manifest.Parse(text, "deploy.yml").Documents).ToJson()!["jobs"]!;
        Assert.Equal("check", jobs["deploy"]!["needs"]!.GetValue<string>());
        int At(string words) => text.IndexOf(words, StringComparison.Ordinal) is >= 0 and var at ? at : throw new InvalidOperationException(words);
        int[] order = [At("run: .ci/run"), At("gatehouse lint --strict"), At("docker build -f deploy/Dockerfile"), At("gatehouse deploy -f deploy/cloudrun/service.yaml"), At("--migrate-job deploy/cloudrun/migrate-job.yaml")];
        Assert.Equal(order.Order(), order);
    }

    [GeneratedRegex(@"name: (\w+__\w+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"httpGet: \{ path: ([^ ,}]+)")]
    private static partial Regex ProbePath();

    [GeneratedRegex("dotnet publish [^>\n]*(?= >)")]
    private static partial Regex Command();

    [GeneratedRegex("Include=\"\\.\\./\\.\\./([^\"*]+)")]
    private static partial Regex Outside();
}
