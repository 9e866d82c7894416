using Gatehouse.LocalRun.Instances;
using Gatehouse.Testing.Servers;

namespace Gatehouse.LocalRun.Tests;

/// <summary>No instance outlives the cloud, however that ends.</summary>
public sealed class OrphanTests
{
    [Fact]
    public async Task What_an_instance_has_started_ends_with_it()
    {
        await using var line = await LifeLine.CreateAsync();
        await using (var cloud = await TestCloud.StartAsync(configure: options => options.Images["example.org/app"] =
            new("sh", ["-c", $"exec 9>{line.Path}; sleep 1000 & echo \"child $!\"; exec python3 -m http.server $PORT"])))
        {
            await cloud.ApplyAsync(TestCloud.Service());
            var grandchild = int.Parse((await cloud.LogAsync("child ")).Text["child ".Length..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(Exists(grandchild));
        }
        await line.EndAsync();
    }

    /// <summary>The watchdog's input ends as it does when its owner is killed.</summary>
    [Fact]
    public async Task The_watchdog_kills_what_it_guards_when_its_owner_is_gone()
    {
        var lines = new TaskCompletionSource();
        ContainerProcess kept, released;
        using (var watchdog = new Watchdog())
        {
            kept = ContainerProcess.Start(Sleeping, watchdog, _ => lines.TrySetResult());
            released = ContainerProcess.Start(Sleeping, watchdog, _ => { });
            watchdog.Release(released.Id);
            await lines.Task.WaitAsync(TimeSpan.FromSeconds(30), TestCloud.Token);
            Assert.True(Exists(kept.Id));
        }
        Assert.Equal(137, await kept.Ended.WaitAsync(TimeSpan.FromSeconds(30), TestCloud.Token));
        Assert.True(Exists(released.Id));
        released.Kill();
        await released.Ended;
    }

    private static ContainerCommand Sleeping => new(new("sh", ["-c", "echo up; exec sleep 1000"]), [], new Dictionary<string, string>());

    // One that has ended and that nobody has asked after yet is gone all the same.
    private static bool Exists(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
