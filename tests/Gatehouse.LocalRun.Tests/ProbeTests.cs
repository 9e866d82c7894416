using System.Net;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Events;

namespace Gatehouse.LocalRun.Tests;

/// <summary>Probes against real processes. Periods are scaled; each test names the fact that it holds to.</summary>
public sealed class ProbeTests
{
    /// <summary>Health checks: the default start-up probe is TCP, 240 s, once; its failure was logged after 241 s with DEADLINE_EXCEEDED: it waits within its time-out.</summary>
    [Fact]
    public async Task The_default_probe_waits_for_a_slow_listener()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 10);
        await cloud.ApplyAsync(TestCloud.Service(env: new Dictionary<string, string> { ["START_DELAY_MS"] = "500" }));
        Assert.Matches("""^Default STARTUP TCP probe succeeded after 1 attempt for container "app-1" on port [0-9]+\.$""", (await cloud.LogAsync("STARTUP TCP probe")).Text);
    }

    [Fact]
    public async Task The_default_probe_ends_after_240_seconds_and_the_instance_is_not_started()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 400);
        var service = await cloud.ApplyAsync(TestCloud.Service(env: new Dictionary<string, string> { ["NEVER_LISTEN"] = "1" }));
        var started = await cloud.EventAsync<InstanceStarting>();
        var line = await cloud.LogAsync("STARTUP TCP probe");
        Assert.Matches("^Default STARTUP TCP probe failed 1 time consecutively for container \"app-1\" on port [0-9]+\\. The instance was not started\\. Connection failed with status DEADLINE_EXCEEDED$", line.Text);
        Took.AtLeast(TimeSpan.FromSeconds(240), line.At - started.At);
        Assert.Contains("The user provided container failed to start and listen on port defined by PORT=8080", Condition(service.Status?.Conditions, "Ready").Message);
    }

    /// <summary>Observed: the default's numbers with httpGet fail about 0.2 s after the start: a refusal is not waited out.</summary>
    [Fact]
    public async Task An_http_probe_with_threshold_1_dies_on_its_first_refusal()
    {
        await using var cloud = await TestCloud.StartAsync();
        var service = await cloud.ApplyAsync(TestCloud.Service(change: With(startup: new()
        {
            HttpGet = new() { Path = "/alive" },
            PeriodSeconds = 240,
            TimeoutSeconds = 240,
            FailureThreshold = 1,
        }), env: new Dictionary<string, string> { ["START_DELAY_MS"] = "5000" }));
        Assert.Equal("False", Condition(service.Status?.Conditions, "Ready").Status);
        Assert.Matches("^STARTUP HTTP probe failed 1 time consecutively for container \"app-1\" on port [0-9]+ path \"/alive\"\\. The instance was not started\\. Connection failed with status ERROR_CONNECTION_FAILED\\.$",
            (await cloud.LogAsync("STARTUP HTTP probe")).Text);
    }

    [Fact]
    public async Task An_http_probe_with_a_threshold_outlasts_refusals()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 10);
        var service = await cloud.ApplyAsync(TestCloud.Service(change: With(startup: new()
        {
            HttpGet = new() { Path = "/alive" },
            PeriodSeconds = 2,
            TimeoutSeconds = 2,
            FailureThreshold = 100,
        }), env: new Dictionary<string, string> { ["START_DELAY_MS"] = "500" }));
        Assert.Equal("True", Condition(service.Status?.Conditions, "Ready").Status);
        Assert.True(cloud.Events.Snapshot().OfType<ProbeTried>().Count() > 1);
        Assert.Contains("STARTUP HTTP probe succeeded after", (await cloud.LogAsync("STARTUP HTTP probe")).Text);
    }

    /// <summary>Health checks: success is any 2xx or 3xx.</summary>
    [Theory]
    [InlineData("/redirect", "True"), InlineData("/not-there-but-200", "True")]
    public async Task A_redirect_is_a_success(string path, string ready)
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 10);
        var service = await cloud.ApplyAsync(TestCloud.Service(change: With(startup: Http(path) with { PeriodSeconds = 2, TimeoutSeconds = 2, FailureThreshold = 100 })));
        Assert.Equal(ready, Condition(service.Status?.Conditions, "Ready").Status);
    }

    /// <summary>Observed: Ready False with HealthCheckContainerError, ContainerHealthy False, ContainerReady True; all traffic stays on the previous revision.</summary>
    [Fact]
    public async Task A_failed_candidate_has_the_platforms_conditions_and_no_traffic()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 10);
        var good = await cloud.ApplyAsync(TestCloud.Service());
        var bad = await cloud.ApplyAsync(TestCloud.Service(change: With(startup: Http("/alive") with { PeriodSeconds = 1, FailureThreshold = 1 }),
            env: new Dictionary<string, string> { ["NEVER_LISTEN"] = "1" }));
        var revision = await cloud.Api.RevisionAsync(bad.Status!.LatestCreatedRevisionName!);
        Assert.Equal(("False", "HealthCheckContainerError"), Of(Condition(revision.Status?.Conditions, "Ready")));
        Assert.Equal("False", Condition(revision.Status?.Conditions, "ContainerHealthy").Status);
        Assert.Equal("True", Condition(revision.Status?.Conditions, "ContainerReady").Status);
        Assert.Equal(("False", "RevisionFailed"), Of(Condition(bad.Status.Conditions, "Ready")));
        Assert.Equal([(good.Status!.LatestReadyRevisionName, 100)], bad.Status.Traffic!.Select(each => (each.RevisionName, each.Percent ?? 0)));
        Assert.Equal(HttpStatusCode.OK, (await cloud.GetAsync()).Status);

        static (string, string?) Of(Condition condition) => (condition.Status, condition.Reason);
    }

    /// <summary>Health checks: liveness exhausted is SIGKILL without SIGTERM, what is in flight ends with 503, and a replacement is started.</summary>
    [Fact]
    public async Task Exhausted_liveness_kills_at_once_and_in_flight_is_503()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 10);
        await cloud.ApplyAsync(TestCloud.Service(change: With(liveness: Http("/alive") with { PeriodSeconds = 5, TimeoutSeconds = 5, FailureThreshold = 2 })));
        var inFlight = cloud.GetAsync("/never");
        await cloud.GetAsync("/die-slowly");
        var line = await cloud.LogAsync("LIVENESS");
        Assert.Matches("^LIVENESS HTTP probe failed 2 times consecutively for container app-1 on port [0-9]+\\. The instance has been shut down\\.$", line.Text);
        var (status, body, _) = await inFlight;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Service Unavailable"), (status, body));
        Assert.Equal("SIGKILL", (await cloud.EventAsync<InstanceStopping>()).Signal);
        Assert.Equal(137, (await cloud.EventAsync<InstanceEnded>()).ExitCode);
        Assert.DoesNotContain(cloud.Events.Snapshot(), one => one is LogWritten { Text: "got SIGTERM" });
        Assert.Equal(HttpStatusCode.OK, (await cloud.GetAsync()).Status);
        Assert.Equal(2, cloud.Events.Snapshot().OfType<InstanceReady>().Count());
    }

    /// <summary>Health checks: readiness exhausted is no new requests, and the instance lives; it takes them again after successThreshold.</summary>
    [Fact]
    public async Task An_instance_that_is_not_ready_gets_no_requests_until_it_is_again()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 20);
        await cloud.ApplyAsync(TestCloud.Service(change: With(readiness: Http("/ready") with { PeriodSeconds = 4, TimeoutSeconds = 4, FailureThreshold = 2 })));
        var first = (int?)(await cloud.GetJsonAsync())["pid"];
        var port = (await cloud.EventAsync<InstanceStarting>()).Port;
        await cloud.GetAsync("/not-ready");
        await cloud.EventAsync<InstanceReadinessChanged>(each => !each.IsReady);
        Assert.NotEqual(first, (int?)(await cloud.GetJsonAsync())["pid"]);       // a second instance has been started for it

        using var http = new HttpClient();
        await http.GetAsync($"http://127.0.0.1:{port}/ready-again", TestCloud.Token);
        await cloud.EventAsync<InstanceReadinessChanged>(each => each.IsReady);
        var successes = cloud.Events.Snapshot().OfType<ProbeTried>().Where(each => each is { Kind: "READINESS", Succeeded: true, Instance: [.., '/', '1'] }).Max(each => each.Consecutive);
        Assert.True(successes >= 2, $"ready after {successes}");
    }

    internal static Condition Condition(IReadOnlyList<Condition>? conditions, string type) => conditions!.First(each => each.Type == type);

    internal static Probe Http(string path) => new() { HttpGet = new() { Path = path } };

    internal static Func<RevisionTemplate, RevisionTemplate> With(Probe? startup = null, Probe? liveness = null, Probe? readiness = null) => template =>
        template with { Spec = template.Spec with { Containers = [template.Spec.Containers[0] with { StartupProbe = startup, LivenessProbe = liveness, ReadinessProbe = readiness }] } };
}
