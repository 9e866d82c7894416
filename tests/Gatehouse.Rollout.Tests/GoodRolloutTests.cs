using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.Rollout.Tests;

/// <summary>The command itself against the local Cloud Run, with jobs for the migration and for the old sockets, and killed in the middle.</summary>
public sealed class GoodRolloutTests
{
    [Fact(Timeout = 300_000)]
    public async Task Good_candidate_takes_over_all_traffic_and_all_sockets_though_the_command_is_killed_and_nobody_loses_a_word()
    {
        await using var stage = await Stage.StartAsync();
        await using var chats = await Chats.StartAsync(stage.Address, Sizes.Chats);
        var directory = Directory.CreateTempSubdirectory("gatehouse-");
        string[] arguments = await ArgumentsAsync(stage, directory.FullName);
        await using (var killed = ChildProcess.Start(new(Repository.Built("src/Gatehouse.Cli", "gatehouse"), arguments)))
        {
            await killed.SaysAsync("verify");
            await killed.KillAsync();
            TestContext.Current.TestOutputHelper!.WriteLine(killed.Output);
        }
        await using var command = ChildProcess.Start(new(Repository.Built("src/Gatehouse.Cli", "gatehouse"), arguments));
        var code = await command.ExitAsync();
        TestContext.Current.TestOutputHelper!.WriteLine(command.Output);
        Assert.Equal(0, code);
        Assert.Contains("going on with the rollout of", command.Output, StringComparison.Ordinal);
        var report = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(directory.FullName, "report.json")))!;
        TestContext.Current.TestOutputHelper!.WriteLine(await File.ReadAllTextAsync(Path.Combine(directory.FullName, "report.md")));
        Assert.Equal(("Done", 0, 0), ((string?)report["outcome"], report["breaches"]!.AsArray().Count, (int?)report["socketsLeft"]));
        directory.Delete(recursive: true);
        Assert.Empty(chats.Failures);
        Assert.Empty(chats.Lost);
        var service = await stage.Api.FindServiceAsync(Stage.Service, TestContext.Current.CancellationToken);
        var target = Assert.Single(service!.Status!.Traffic!);
        Assert.Equal(((string?)report["candidate"], 100), (target.RevisionName, target.Percent));
    }

    private static async Task<string[]> ArgumentsAsync(Stage stage, string directory)
    {
        string Path(string name) => System.IO.Path.Combine(directory, name);
        await File.WriteAllTextAsync(Path("service.yaml"), JsonSerializer.Serialize(stage.Manifest("good").Service, ResourceJson.Default.Service));
        await File.WriteAllTextAsync(Path("migrate.yaml"), JsonSerializer.Serialize(stage.Job("migrate", "migrate"), ResourceJson.Default.Job));
        await File.WriteAllTextAsync(Path("drain.yaml"), JsonSerializer.Serialize(stage.Job("drain", "drain", "--revision", "{revision}"), ResourceJson.Default.Job));
        return
        [
            "deploy", "-f", Path("service.yaml"), "--target", "local", "--api", stage.Address.AbsoluteUri, "--migrate-job", Path("migrate.yaml"), "--drain-job", Path("drain.yaml"),
            "--json", Path("report.json"), "--markdown", Path("report.md"), "--shares", "10,50,100", "--upgrades", "40", "--turns", "12", "--held", "2", "--soak", "4s",
            "--connections", "8", "--window", "2s", "--first-event-floor", "1.5s",
        ];
    }
}

internal static class Sizes
{
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("GATEHOUSE_LONG") is { Length: > 0 };

    public static int Chats => IsLong ? 300 : 20;

    /// <summary>Between hearing an answer and saying the next.</summary>
    public static TimeSpan Thinking { get; } = IsLong ? TimeSpan.FromSeconds(3) : TimeSpan.FromMilliseconds(100);
}
