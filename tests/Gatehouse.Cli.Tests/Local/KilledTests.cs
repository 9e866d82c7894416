using System.Text.RegularExpressions;
using Gatehouse.Testing;

namespace Gatehouse.Cli.Tests.Local;

public sealed partial class KilledTests
{
    /// <summary>Even who is killed with SIGKILL leaves nothing behind.</summary>
    [Fact]
    public async Task Instances_end_with_a_tool_that_is_killed()
    {
        var directory = Directory.CreateTempSubdirectory("gatehouse-local-");
        try
        {
            var file = Path.Combine(directory.FullName, "service.yaml");
            await File.WriteAllTextAsync(file, """
                {"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"app"},"spec":{"template":{"spec":{"containers":[{"image":"app"}]}}}}
                """, TestContext.Current.CancellationToken);
            await using var line = await LifeLine.CreateAsync();
            await using var tool = ChildProcess.Start(new(Repository.Built("src/Gatehouse.Cli", "gatehouse"),
                "local", file, "--port", "0", "--run", $"app=sh -c 'exec 9>{line.Path}; sleep 1000 & exec python3 -m http.server $PORT'"));
            await tool.SaysAsync("revision ready");
            var group = Started().Match(tool.Output).Groups[1].Value;
            Assert.Equal(2, InGroup(group));
            await tool.KillAsync();
            await line.EndAsync();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    // /proc/<id>/stat: id (name) state parent group …
    private static int InGroup(string group) => Directory.GetDirectories("/proc").Where(static process => int.TryParse(Path.GetFileName(process), out _)).Count(process =>
    {
        try
        {
            var fields = File.ReadAllText(Path.Combine(process, "stat")).Split(") ")[^1].Split(' ');
            return fields is [not "Z", _, var its, ..] && its == group;
        }
        catch (IOException)
        {
            return false;       // no process, or gone by now
        }
    });

    [GeneratedRegex("started, process ([0-9]+)")]
    private static partial Regex Started();
}
