using System.Net;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Events;

namespace Gatehouse.LocalRun.Tests;

/// <summary>Splits, tags and affinity.</summary>
public sealed class TrafficTests
{
    [Fact]
    public async Task New_connections_are_split_by_percent_and_open_sockets_stay()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(Named("app-one"));
        using var before = await cloud.ConnectAsync();
        Assert.Contains("app-one", await before.ReadAsync());
        await cloud.ApplyAsync(Named("app-two", new() { RevisionName = "app-one", Percent = 75 }, new() { RevisionName = "app-two", Percent = 25 }));

        var answers = new List<string>();
        for (var i = 0; i < 20; i++) answers.Add((string)(await cloud.GetJsonAsync())["revision"]!);
        Assert.Equal((15, 5), (answers.Count(each => each is "app-one"), answers.Count(each => each is "app-two")));
        await cloud.ApplyAsync(Named("app-two", new TrafficTarget { RevisionName = "app-two", Percent = 100 }));
        await before.SayAsync("still here");
        Assert.Equal("still here", await before.ReadAsync());
    }

    /// <summary>Rollouts: a tagged revision is reached at its URL whatever its share; status.traffic carries the URL.</summary>
    [Fact]
    public async Task A_tag_has_a_url_of_its_own()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(Named("app-one"));
        var service = await cloud.ApplyAsync(Named("app-two", new() { RevisionName = "app-one", Percent = 100 }, new() { RevisionName = "app-two", Tag = "candidate" }));
        Assert.Equal($"http://app.localhost:{cloud.Cloud.Address.Port}", service.Status!.Url);
        Assert.Equal($"http://candidate---app.localhost:{cloud.Cloud.Address.Port}", service.Status.Traffic!.Single(each => each.Tag is "candidate").Url);
        Assert.Equal("app-two", (string?)(await cloud.GetJsonAsync(host: "candidate---app"))["revision"]);
        Assert.Equal("app-one", (string?)(await cloud.GetJsonAsync())["revision"]);
        using var socket = await cloud.ConnectAsync(host: "candidate---app");
        Assert.Contains("app-two", await socket.ReadAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.GetAsync(host: "other---app")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.GetAsync(host: "other")).Status);
    }

    /// <summary>Left out, traffic is 100 % to the latest ready revision.</summary>
    [Fact]
    public async Task Traffic_left_out_goes_to_the_latest_that_is_ready()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(Named("app-one"));
        var service = await cloud.ApplyAsync(Named("app-two"));
        Assert.Equal([new() { RevisionName = "app-two", Percent = 100, LatestRevision = true }], service.Status!.Traffic!);
        Assert.Equal("app-two", (string?)(await cloud.GetJsonAsync())["revision"]);
    }

    /// <summary>Session affinity outranks the split: who has the cookie stays with its instance.</summary>
    [Fact]
    public async Task The_affinity_cookie_outranks_the_split()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(Affine(Named("app-one")));
        var (_, first, answer) = await cloud.GetAsync();
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Matches("^GAESA=[A-Za-z0-9_-]+; Max-Age=2592000; Path=/; HttpOnly$", cookie);
        await cloud.ApplyAsync(Affine(Named("app-two", new() { RevisionName = "app-one", Percent = 1 }, new() { RevisionName = "app-two", Percent = 99 })));
        for (var i = 0; i < 10; i++)
        {
            var (_, body, again) = await cloud.GetAsync(change: request => request.Headers.Add("Cookie", cookie.Split(';')[0]));
            Assert.Equal(first, body);
            Assert.False(again.Headers.Contains("Set-Cookie"));
        }
        using var socket = await cloud.ConnectAsync(cookie: cookie.Split(';')[0]);
        Assert.Contains("app-one", await socket.ReadAsync());
    }

    /// <summary>Session affinity is best effort: it breaks when the instance is gone, and a new cookie is given.</summary>
    [Fact]
    public async Task Affinity_ends_with_its_instance()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(Affine(Named("app-one")));
        var (_, first, answer) = await cloud.GetAsync();
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        await cloud.GetAsync("/crash");
        var (_, second, again) = await cloud.GetAsync(change: request => request.Headers.Add("Cookie", cookie));
        Assert.NotEqual(first, second);
        Assert.NotEqual(cookie, again.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }

    /// <summary>Health checks: with session affinity requests keep going to the instance that is not ready.</summary>
    [Fact]
    public async Task A_bound_client_keeps_its_instance_even_when_that_is_not_ready()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 20);
        var service = Affine(Named("app-one"));
        var template = ProbeTests.With(readiness: ProbeTests.Http("/ready") with { PeriodSeconds = 4, TimeoutSeconds = 4, FailureThreshold = 1 })(service.Spec.Template);
        await cloud.ApplyAsync(service with { Spec = service.Spec with { Template = template } });
        var (_, first, answer) = await cloud.GetAsync();
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        await cloud.GetAsync("/not-ready");
        await cloud.EventAsync<InstanceReadinessChanged>(each => !each.IsReady);
        Assert.Equal(first, (await cloud.GetAsync(change: request => request.Headers.Add("Cookie", cookie))).Body);
    }

    /// <summary>Traffic to a revision that is not there or has failed moves nothing: RevisionMissing.</summary>
    [Fact]
    public async Task Traffic_to_a_revision_that_is_not_there_moves_nothing()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(Named("app-one"));
        var service = await cloud.ApplyAsync(Named("app-one", new TrafficTarget { RevisionName = "app-none", Percent = 100 }));
        var routes = ProbeTests.Condition(service.Status!.Conditions, "RoutesReady");
        Assert.Equal(("False", "RevisionMissing", "Revision \"app-none\" referenced in traffic not found."), (routes.Status, routes.Reason, routes.Message));
        Assert.Equal("app-one", (string?)(await cloud.GetJsonAsync())["revision"]);
    }

    [Fact]
    public async Task Deleting_a_revision_ends_its_instances_and_cuts_its_sockets()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(Named("app-one"));
        using var socket = await cloud.ConnectAsync();
        await socket.ReadAsync();
        await cloud.ApplyAsync(Named("app-two", new TrafficTarget { RevisionName = "app-two", Percent = 100 }));
        Assert.Equal(HttpStatusCode.BadRequest, await cloud.Api.DeleteAsync("revisions", "app-two"));
        Assert.Equal(HttpStatusCode.OK, await cloud.Api.DeleteAsync("revisions", "app-one"));
        Assert.Equal("the revision was deleted", (await cloud.EventAsync<InstanceStopping>()).Why);
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(socket.ReadAsync);
    }

    internal static Service Named(string revision, params TrafficTarget[] traffic)
    {
        var service = TestCloud.Service(change: template => template with { Metadata = template.Metadata with { Name = revision } },
            env: new Dictionary<string, string> { ["NAME"] = revision });
        return service with { Spec = service.Spec with { Traffic = traffic.Length is 0 ? null : traffic } };
    }

    private static Service Affine(Service service) => service with
    {
        Spec = service.Spec with
        {
            Template = service.Spec.Template with
            {
                Metadata = service.Spec.Template.Metadata with { Annotations = new Dictionary<string, string> { ["run.googleapis.com/sessionAffinity"] = "true" } },
            },
        },
    };
}
