using Gatehouse.LocalRun.Instances;
using Gatehouse.Testing.Servers;

namespace Gatehouse.LocalRun.Tests;

/// <summary>A container ends with its first process, and what it writes is shown as it comes.</summary>
public sealed class ContainerProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_has_left_the_process_group_ends_with_the_first_process()
    {
        await using var line = await LifeLine.CreateAsync();
        using var watchdog = new Watchdog();
        var process = Start($"exec 9>{line.Path}; trap 'exit 0' USR1; setsid sh -c \"kill -USR1 $$; exec sleep 1000\" & wait", watchdog, _ => { });
        Assert.Equal(0, await process.Ended.WaitAsync(Patience, TestCloud.Token));
        await line.EndAsync();
    }

    /// <summary>With an empty environment it is not found; it must not hold the end up all the same.</summary>
    [Fact]
    public async Task Who_holds_the_output_open_does_not_hold_the_end_up()
    {
        var lines = new List<string>();
        using var watchdog = new Watchdog();
        var process = Start("trap 'exit 0' USR1; env -i setsid sh -c \"echo \\$\\$; kill -USR1 $$; exec sleep 1000\" & wait", watchdog, lines.Add);
        Assert.Equal(0, await process.Ended.WaitAsync(Patience, TestCloud.Token));
        UnixSignals.Send(int.Parse(Assert.Single(lines), System.Globalization.CultureInfo.InvariantCulture), UnixSignals.Kill);
    }

    [Fact]
    public async Task A_line_without_an_end_is_shown_as_it_comes()
    {
        var first = new TaskCompletionSource<string>();
        using var watchdog = new Watchdog();
        var process = Start("head -c 300000 /dev/zero | tr '\\0' x; exec sleep 1000", watchdog, line => first.TrySetResult(line));
        Assert.Equal(256 * 1024, (await first.Task.WaitAsync(Patience, TestCloud.Token)).Length);
        process.Kill();
        await process.Ended.WaitAsync(Patience, TestCloud.Token);
    }

    [Fact]
    public async Task Lines_end_as_they_may_and_the_last_needs_no_end()
    {
        var lines = new List<string>();
        using var watchdog = new Watchdog();
        await Start("printf 'a\\nb\\r\\n\\nc\\rd'", watchdog, lines.Add).Ended.WaitAsync(Patience, TestCloud.Token);
        Assert.Equal(["a", "b", "", "c", "d"], lines);
    }

    private static ContainerProcess Start(string script, Watchdog watchdog, Action<string> output) =>
        ContainerProcess.Start(new(new("sh", ["-c", script]), [], new Dictionary<string, string>()), watchdog, output);
}
