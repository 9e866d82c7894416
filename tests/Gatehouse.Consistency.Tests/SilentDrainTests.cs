using System.Diagnostics;
using System.Text.Json;
using Gatehouse.Consistency.Clusters;

namespace Gatehouse.Consistency;

/// <summary>A server is asked to end while what it needs for that says nothing: as after a firewall has changed.</summary>
public sealed class SilentDrainTests : IAsyncLifetime
{
    private const int DrainSeconds = 8;         // as it is unless configured: what comes after the drain takes as long after a short one

    private Cluster? _cluster;

    public async ValueTask InitializeAsync() =>
        _cluster = await Cluster.StartAsync(2, $"--Drain:Seconds={DrainSeconds}", "--Parrot:Repeats=200", "--Parrot:PaceMs=100");

    public async ValueTask DisposeAsync()
    {
        if (_cluster is null) return;
        _cluster.Postgres.Resume();
        _cluster.Redis.Process.Signal(UnixSignal.Continue);
        await _cluster.DisposeAsync();
    }

    [Fact(Timeout = 90_000)]
    public async Task It_ends_with_0_in_time_all_the_same()
    {
        var (first, second) = (_cluster!.Members[0], _cluster.Members[1]);
        await using var oneClient = await BusyAsync(first);
        await using var otherClient = await BusyAsync(second);

        _cluster.Postgres.Pause();
        await EndAsync(first, "PostgreSQL");
        _cluster.Postgres.Resume();
        _cluster.Redis.Process.Signal(UnixSignal.Stop);
        await EndAsync(second, "Redis");
    }

    private static async Task<WireClient> BusyAsync(Member member)
    {
        var client = await WireClient.ConnectAsync(member.Server.Port);
        for (var run = 0; run < 3; run++)
        {
            var threadId = Guid.NewGuid().ToString();
            await client.AskAsync("run", ("threadId", threadId), ("messageId", Guid.NewGuid().ToString()), ("text", "one two three"), ("agent", "parrot"));
            await client.UntilAsync(message => Says(message, threadId));
        }
        return client;
    }

    private static async Task EndAsync(Member member, string silent)
    {
        var watch = Stopwatch.StartNew();
        member.Server.Terminate();
        Assert.Equal(0, await member.Server.ExitAsync());

        // A second for a machine with other things to do.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(DrainSeconds + 1), $"With a silent {silent} it took {watch.Elapsed}: {member.Server.Output}");
    }

    private static bool Says(JsonElement message, string threadId) =>
        message.GetProperty("type").GetString() == "events" && message.GetProperty("threadId").GetString() == threadId;
}
