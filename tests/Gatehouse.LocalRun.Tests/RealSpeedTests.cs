using System.Diagnostics;
using System.Net;
using Gatehouse.LocalRun.Events;

namespace Gatehouse.LocalRun.Tests;

/// <summary>The periods that matter most once in real time, which no scale can blur. <c>./test --long</c> runs them, or <c>--explicit on</c>.</summary>
public sealed class RealSpeedTests
{
    [Fact(Explicit = true), Trait("Time", "minutes")]
    public async Task The_default_probe_gives_up_after_240_seconds()
    {
        await using var cloud = await TestCloud.StartAsync();
        var began = Stopwatch.GetTimestamp();
        await cloud.ApplyAsync(TestCloud.Service(env: new Dictionary<string, string> { ["NEVER_LISTEN"] = "1" }));
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 240, 260);
    }

    [Fact(Explicit = true), Trait("Time", "minutes")]
    public async Task A_request_is_held_for_10_seconds_and_SIGTERM_is_given_10_seconds()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service(change: FrontEndTests.Scaled(concurrency: 1, most: 1), env: new Dictionary<string, string> { ["IGNORE_SIGTERM"] = "1" }));
        var full = cloud.GetAsync("/never");
        await cloud.EventAsync<RequestAdmitted>();
        var began = Stopwatch.GetTimestamp();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await cloud.GetAsync()).Status);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 10, 15);
        cloud.Cloud.Delete("app");
        var stopping = await cloud.EventAsync<InstanceStopping>();
        var ended = await cloud.EventAsync<InstanceEnded>();
        Assert.InRange((ended.At - stopping.At).TotalSeconds, 10, 15);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await full).Status);
    }
}
