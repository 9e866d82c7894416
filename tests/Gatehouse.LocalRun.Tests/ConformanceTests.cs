using System.Net;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.LocalRun.Tests;

/// <summary>
/// What a client of the dialect relies on, asked of the local cloud by nothing but HTTP. With <c>GATEHOUSE_CONFORMANCE_API</c> (an address),
/// <c>GATEHOUSE_CONFORMANCE_PROJECT</c> and <c>GATEHOUSE_CONFORMANCE_IMAGE</c> (one that answers requests) it is asked of another: a Knative
/// behind <c>kubectl proxy</c>, or Cloud Run behind a proxy that adds the token.
/// </summary>
public sealed class ConformanceTests : IAsyncLifetime
{
    private static readonly string? Address = Environment.GetEnvironmentVariable("GATEHOUSE_CONFORMANCE_API");
    private static readonly string Image = Environment.GetEnvironmentVariable("GATEHOUSE_CONFORMANCE_IMAGE") ?? TestCloud.Image;

    private readonly HttpClient _http = new();
    private readonly string _name = $"conform-{Guid.NewGuid():N}"[..20];
    private TestCloud? _cloud;
    private ApiClient _api = null!;

    public async ValueTask InitializeAsync()
    {
        if (Address is null) _cloud = await TestCloud.StartAsync();
        _api = _cloud?.Api ?? new(new(Address!), Environment.GetEnvironmentVariable("GATEHOUSE_CONFORMANCE_PROJECT") ?? "default", _http);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DeleteAsync("services", _name);
        if (_cloud is not null) await _cloud.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task A_service_is_created_and_becomes_ready()
    {
        var (status, created, _) = await _api.CreateAsync(Wanted());
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Created);
        Assert.Equal((_name, 1L), (created!.Name, created.Metadata.Generation));
        Assert.NotNull(created.Metadata.ResourceVersion);
        Assert.NotNull(created.Metadata.Uid);

        var ready = await _api.SettledAsync(_name);
        Assert.All(["Ready", "ConfigurationsReady", "RoutesReady"], type => Assert.Equal("True", Condition(ready, type).Status));
        Assert.StartsWith("http", ready.Status!.Url);
        Assert.Equal(ready.Status.Url, ready.Status.Address?.Url);
        Assert.Equal(ready.Status.LatestCreatedRevisionName, ready.Status.LatestReadyRevisionName);
        var target = Assert.Single(ready.Status.Traffic!);
        Assert.Equal((ready.Status.LatestReadyRevisionName, 100, true), (target.RevisionName, target.Percent, target.LatestRevision));
    }

    [Fact]
    public async Task Only_a_changed_template_makes_a_revision()
    {
        await ReadyAsync(Wanted());
        var first = (await _api.ServiceAsync(_name)).Status!.LatestReadyRevisionName!;
        await _api.ReplaceAsync(Wanted(traffic: [new() { RevisionName = first, Percent = 100 }]));
        var same = await _api.SettledAsync(_name);
        Assert.Equal((first, 2L), (same.Status!.LatestCreatedRevisionName, same.Metadata.Generation));
        await _api.ReplaceAsync(Wanted(colour: "green", traffic: [new() { RevisionName = first, Percent = 100 }]));
        var changed = await _api.SettledAsync(_name);
        Assert.NotEqual(first, changed.Status!.LatestCreatedRevisionName);
        Assert.Equal(first, Assert.Single(changed.Status.Traffic!).RevisionName);
        var revisions = await _api.RevisionsAsync($"?labelSelector=serving.knative.dev%2Fservice%3D{_name}");
        Assert.Equal(2, revisions.Items.Count);
    }

    [Fact]
    public async Task A_revision_may_be_named_by_the_client()
    {
        await ReadyAsync(Wanted(revision: $"{_name}-one"));
        Assert.Equal($"{_name}-one", (await _api.ServiceAsync(_name)).Status!.LatestReadyRevisionName);
        var revision = await _api.RevisionAsync($"{_name}-one");
        Assert.Equal("True", revision.Status!.Conditions!.First(each => each.Type is "Ready").Status);
        var (status, _, _) = await _api.ReplaceAsync(Wanted(revision: $"{_name}-one", colour: "green"));
        Assert.True((int)status is >= 400 and < 500, $"{status}");
        (status, _, _) = await _api.ReplaceAsync(Wanted(revision: "another-one"));
        Assert.True((int)status is >= 400 and < 500, $"{status}");
    }

    [Fact]
    public async Task A_stale_version_is_a_conflict_and_changes_nothing()
    {
        var before = await ReadyAsync(Wanted());
        await _api.ReplaceAsync(Wanted(colour: "green"));
        await _api.SettledAsync(_name);
        var (status, _, error) = await _api.ReplaceAsync(Wanted(colour: "red") with { Metadata = new() { Name = _name, ResourceVersion = before.Metadata.ResourceVersion } });
        Assert.Equal(HttpStatusCode.Conflict, status);
        var now = await _api.ServiceAsync(_name);
        Assert.Equal("green", now.Spec.Template.Spec.Containers[0].Env![0].Value);
        if (_cloud is null) return;
        Assert.Equal(("ABORTED", $"Conflict for resource '{_name}': version '{before.Metadata.ResourceVersion}' was specified but current version is '{now.Metadata.ResourceVersion}'."), (error!.Status, error.Message));
    }

    [Fact]
    public async Task The_current_version_is_accepted_and_none_means_the_last_writer_wins()
    {
        var before = await ReadyAsync(Wanted());
        var (status, _, _) = await _api.ReplaceAsync(Wanted(colour: "green") with { Metadata = new() { Name = _name, ResourceVersion = before.Metadata.ResourceVersion } });
        Assert.Equal(HttpStatusCode.OK, status);
        (status, _, _) = await _api.ReplaceAsync(Wanted(colour: "red"));
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task Tags_and_percents_hold_as_they_are_put()
    {
        await ReadyAsync(Wanted(revision: $"{_name}-one"));
        await _api.ReplaceAsync(Wanted(revision: $"{_name}-two", colour: "green",
            traffic: [new() { RevisionName = $"{_name}-one", Percent = 100 }, new() { RevisionName = $"{_name}-two", Tag = "candidate" }]));
        var service = await _api.SettledAsync(_name);
        var tagged = service.Status!.Traffic!.Single(each => each.Tag is "candidate");
        Assert.Equal($"{_name}-two", tagged.RevisionName);
        Assert.Contains("candidate", tagged.Url);
        Assert.Equal(service.Status.Traffic!.Count, (await _api.RouteAsync(_name)).Status!.Traffic!.Count);
        Assert.Equal($"{_name}-two", (await _api.ConfigurationAsync(_name)).Status!.LatestReadyRevisionName);
    }

    [Theory]
    [InlineData(90, "Traffic targets sum to 90, want 100"), InlineData(110, null)]
    public async Task Traffic_that_does_not_add_up_is_refused(int percent, string? text)
    {
        await ReadyAsync(Wanted(revision: $"{_name}-one"));
        var (status, _, error) = await _api.ReplaceAsync(Wanted(revision: $"{_name}-one", traffic: [new() { RevisionName = $"{_name}-one", Percent = percent }]));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        if (_cloud is not null && text is not null) Assert.Equal(text, error!.Message);
    }

    [Fact]
    public async Task What_is_not_there_is_404_and_what_is_there_is_not_created_twice()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _api.ReplaceAsync(Wanted())).Status);
        Assert.Equal(HttpStatusCode.NotFound, await _api.DeleteAsync("services", _name));
        await ReadyAsync(Wanted());
        Assert.Equal(HttpStatusCode.Conflict, (await _api.CreateAsync(Wanted())).Status);
        Assert.Equal(HttpStatusCode.OK, await _api.DeleteAsync("services", _name));
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        var (status, _, _) = await _api.CreateAsync(Wanted(), "?dryRun=all");
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.NotFound, (await _api.ReplaceAsync(Wanted())).Status);
    }

    [Fact]
    public async Task Members_without_a_name_here_survive_reading_and_writing()
    {
        var container = new Container { Image = Image, Env = [new() { Name = "COLOUR", Value = "blue" }], Others = new() { ["terminationMessagePath"] = System.Text.Json.JsonSerializer.SerializeToElement("/dev/termination-log") } };
        await ReadyAsync(Wanted() with { Spec = new() { Template = new() { Spec = new() { Containers = [container] } } } });
        Assert.Equal("/dev/termination-log", (await _api.ServiceAsync(_name)).Spec.Template.Spec.Containers[0].Others!["terminationMessagePath"].GetString());
    }

    private async Task<Service> ReadyAsync(Service service)
    {
        await _api.CreateAsync(service);
        var settled = await _api.SettledAsync(_name);
        Assert.Equal("True", Condition(settled, "Ready").Status);
        return settled;
    }

    private Service Wanted(string? revision = null, string colour = "blue", params TrafficTarget[] traffic) => new()
    {
        ApiVersion = ApiVersions.Serving,
        Kind = "Service",
        Metadata = new() { Name = _name },
        Spec = new()
        {
            Template = new()
            {
                Metadata = new() { Name = revision },
                Spec = new() { Containers = [new() { Image = Image, Env = [new() { Name = "COLOUR", Value = colour }] }] },
            },
            Traffic = traffic.Length is 0 ? null : traffic,
        },
    };

    private static Condition Condition(Service service, string type) => service.Status!.Conditions!.First(each => each.Type == type);
}
