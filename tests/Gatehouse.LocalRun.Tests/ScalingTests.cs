using System.Net;
using Gatehouse.LocalRun.Events;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.LocalRun.Tests;

/// <summary>Instances out and in, and how they end.</summary>
public sealed class ScalingTests
{
    /// <summary>Concurrency limits what one instance serves at once; sockets count; more instances are started for more.</summary>
    [Fact]
    public async Task Sockets_fill_an_instance_and_the_next_ones_get_another()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service(change: FrontEndTests.Scaled(concurrency: 2)));
        using var one = await cloud.ConnectAsync();
        using var two = await cloud.ConnectAsync();
        using var three = await cloud.ConnectAsync();
        var instances = cloud.Events.Snapshot().OfType<SocketOpened>().GroupBy(each => each.Instance).Select(each => each.Count()).ToList();
        Assert.Equal(3, instances.Sum());
        Assert.True(instances.Count >= 2 && instances.Max() <= 2, string.Join(", ", instances));
    }

    /// <summary>CPU below 1 means a concurrency of 1 unless it is given.</summary>
    [Fact]
    public async Task An_instance_with_less_than_one_cpu_serves_one_request_at_once()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service(change: template => template with
        {
            Spec = template.Spec with { Containers = [template.Spec.Containers[0] with { Resources = new() { Limits = new Dictionary<string, string> { ["cpu"] = "500m" } } }] },
        }));
        using var one = await cloud.ConnectAsync();
        using var two = await cloud.ConnectAsync();
        Assert.Equal(2, cloud.Events.Snapshot().OfType<SocketOpened>().Select(each => each.Instance).Distinct().Count());
    }

    /// <summary>Container contract: an idle instance is kept for at most 15 minutes; then SIGTERM, which it may answer by ending. The next request starts one from zero.</summary>
    [Fact]
    public async Task An_idle_instance_is_ended_after_15_minutes_and_the_next_request_starts_from_zero()
    {
        var clock = new FakeTimeProvider();
        await using var cloud = await TestCloud.StartAsync(configure: options => options.Clock = clock);
        await cloud.ApplyAsync(TestCloud.Service());
        clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Empty(cloud.Events.Snapshot().OfType<InstanceStopping>());
        clock.Advance(TimeSpan.FromSeconds(1));
        var stopping = await cloud.EventAsync<InstanceStopping>();
        Assert.Equal(("SIGTERM", "idle for 15 minutes"), (stopping.Signal, stopping.Why));
        await cloud.EventAsync<InstanceEnded>();
        Assert.Equal(HttpStatusCode.OK, (await cloud.GetAsync()).Status);
        Assert.Equal(2, cloud.Events.Snapshot().OfType<InstanceReady>().Count());
    }

    /// <summary>Minimum instances are kept however idle; their count is reached without any request.</summary>
    [Fact]
    public async Task Minimum_instances_are_started_and_kept()
    {
        var clock = new FakeTimeProvider();
        await using var cloud = await TestCloud.StartAsync(configure: options => options.Clock = clock);
        await cloud.ApplyAsync(TestCloud.Service(change: FrontEndTests.Scaled(concurrency: 1, least: 2)));
        await cloud.EventAsync<InstanceReady>(each => each.Instance.EndsWith("/2", StringComparison.Ordinal));
        // Three at once make a third; when all is quiet one of them goes.
        using (await cloud.ConnectAsync())
        using (await cloud.ConnectAsync())
        using (await cloud.ConnectAsync())
        {
            Assert.Equal(3, cloud.Events.Snapshot().OfType<InstanceReady>().Count());
        }
        await cloud.Events.ReadAsync(TestCloud.Token).OfType<SocketClosed>().Take(3).LastAsync(TestCloud.Token);
        clock.Advance(TimeSpan.FromMinutes(15));
        await cloud.EventAsync<InstanceEnded>();
        clock.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal(2, cloud.Cloud.Services.Single().Revisions.Single().Instances.Count(each => each.State is "Serving"));
    }

    /// <summary>Container contract: SIGTERM, 10 s, SIGKILL.</summary>
    [Fact]
    public async Task Who_does_not_end_after_SIGTERM_is_killed_10_seconds_later()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 20);
        await cloud.ApplyAsync(TestCloud.Service(env: new Dictionary<string, string> { ["IGNORE_SIGTERM"] = "1" }));
        cloud.Cloud.Delete("app");
        await cloud.LogAsync("got SIGTERM");
        var stopping = await cloud.EventAsync<InstanceStopping>();
        var ended = await cloud.EventAsync<InstanceEnded>();
        Assert.Equal(("SIGTERM", 137), (stopping.Signal, ended.ExitCode));
        Took.AtLeast(TimeSpan.FromSeconds(10), ended.At - stopping.At);
    }

    [Fact]
    public async Task Who_ends_by_itself_after_SIGTERM_is_not_killed()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service(env: new Dictionary<string, string> { ["HOLD_SIGTERM_MS"] = "100" }));
        cloud.Cloud.Delete("app");
        Assert.Equal(0, (await cloud.EventAsync<InstanceEnded>()).ExitCode);
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.GetAsync()).Status);
    }

    /// <summary>Restarts are limited; the policy is ours: nothing, then 1 s, doubling.</summary>
    [Fact]
    public void Restarts_are_limited_and_a_minute_of_life_forgets_it()
    {
        var clock = new FakeTimeProvider();
        var delay = new Revisions.RestartDelay(clock);
        delay.Failed();
        Assert.Equal(TimeSpan.Zero, delay.Left);
        List<double> delays = [];
        for (var i = 0; i < 8; i++)
        {
            delay.Failed();
            delays.Add(delay.Left.TotalSeconds);
        }
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], delays);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(TimeSpan.Zero, delay.Left);
        delay.Lived(TimeSpan.FromSeconds(60));
        delay.Failed();
        Assert.Equal(TimeSpan.Zero, delay.Left);
    }

    /// <summary>Container contract: a request is held for max(3.5 x the mean start-up time, 10 s).</summary>
    [Theory]
    [InlineData(10), InlineData(10, 1, 2), InlineData(14, 4), InlineData(14, 2, 6), InlineData(35, 10, 10, 10)]
    public void The_hold_is_three_and_a_half_mean_start_ups_or_ten_seconds(int hold, params int[] startUps)
    {
        var times = new Revisions.StartUpTimes();
        foreach (var seconds in startUps) times.Add(TimeSpan.FromSeconds(seconds));
        Assert.Equal(hold, times.Hold.TotalSeconds, precision: 3);
    }
}
