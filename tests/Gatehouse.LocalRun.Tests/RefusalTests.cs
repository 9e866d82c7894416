using System.Net;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.LocalRun.Tests;

/// <summary>What the API refuses, in the platform's texts where they are known.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private TestCloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await TestCloud.StartAsync();

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task An_annotation_on_the_wrong_level()
    {
        var error = await RefusedAsync(TestCloud.Service() with
        {
            Metadata = new() { Name = "app", Annotations = new Dictionary<string, string> { ["autoscaling.knative.dev/maxScale"] = "3" } },
        });
        Assert.Equal("Annotation is not supported on resources of kind 'Service'. Supported kinds are: Revision", error.Message);
        Assert.Contains("metadata.annotations[autoscaling.knative.dev/maxScale]", error.Details![0].GetRawText());
    }

    [Fact]
    public async Task A_tag_and_a_service_that_are_too_long_together()
    {
        var tag = new string('t', 44);
        Assert.Equal($"spec.traffic.tag: traffic tag '{tag}' and service name 'app' together are too long. Combined traffic tag and service name cannot exceed 46 characters.",
            (await RefusedAsync(With([new() { LatestRevision = true, Percent = 100, Tag = tag }]))).Message);
    }

    [Fact]
    public async Task The_same_tag_twice() => Assert.Equal("Multiple definitions for \"a\"",
        (await RefusedAsync(With([new() { LatestRevision = true, Percent = 100, Tag = "a" }, new() { RevisionName = "app-one", Tag = "a" }]))).Message);

    [Fact]
    public async Task A_tag_of_a_revision_that_is_gone() => Assert.Equal("Revision app-gone does not exist or is deleted",
        (await RefusedAsync(With([new() { LatestRevision = true, Percent = 100 }, new() { RevisionName = "app-gone", Tag = "a" }]))).Message);

    [Fact]
    public async Task A_taken_revision_name()
    {
        await _cloud.ApplyAsync(TrafficTests.Named("app-one"));
        var (status, _, error) = await _cloud.Api.ReplaceAsync(TestCloud.Service(change: template => template with { Metadata = new() { Name = "app-one" } }));
        Assert.Equal((HttpStatusCode.Conflict, "Revision named 'app-one' with different configuration already exists."), (status, error!.Message));
    }

    [Fact]
    public async Task The_name_of_a_revision_as_it_is_though_the_platform_chose_it_is_not_taken()
    {
        var made = await _cloud.ApplyAsync(TestCloud.Service());
        var name = made.Status!.LatestReadyRevisionName!;
        var (status, after, _) = await _cloud.Api.ReplaceAsync(TestCloud.Service(change: template => template with { Metadata = template.Metadata with { Name = name } }));
        Assert.Equal((HttpStatusCode.OK, name), (status, after!.Status!.LatestCreatedRevisionName));
    }

    [Theory]
    [InlineData(0, 10, 1, 25, "startupProbe"), InlineData(241, 10, 1, 3, "initialDelaySeconds"), InlineData(0, 10, 11, 3, "timeoutSeconds"), InlineData(0, 241, 1, 1, "periodSeconds")]
    public async Task A_start_up_probe_beyond_its_limits(int delay, int period, int timeout, int failures, string named)
    {
        var error = await RefusedAsync(TestCloud.Service(change: ProbeTests.With(startup: ProbeTests.Http("/") with
        {
            InitialDelaySeconds = delay,
            PeriodSeconds = period,
            TimeoutSeconds = timeout,
            FailureThreshold = failures,
        })));
        Assert.Contains(named, error.Details![0].GetRawText());
    }

    [Fact]
    public async Task A_tcp_liveness_probe() => Assert.Contains("start-up",
        (await RefusedAsync(TestCloud.Service(change: ProbeTests.With(liveness: new() { TcpSocket = new() })))).Message);

    [Fact]
    public async Task The_variable_PORT() => Assert.Contains("reserved", (await RefusedAsync(TestCloud.Service(env: new Dictionary<string, string> { ["PORT"] = "1" }))).Message);

    [Theory]
    [InlineData(3601, null, "3600"), InlineData(null, 1001, "1000")]
    public async Task A_timeout_or_a_concurrency_beyond_its_limit(int? timeout, int? concurrency, string limit) => Assert.Contains(limit,
        (await RefusedAsync(TestCloud.Service(change: template => template with { Spec = template.Spec with { TimeoutSeconds = timeout, ContainerConcurrency = concurrency } }))).Message);

    [Theory]
    [InlineData("PATCH", "/apis/serving.knative.dev/v1/namespaces/local/services/app", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/apis/serving.knative.dev/v1/namespaces/other/services", HttpStatusCode.NotFound)]
    [InlineData("GET", "/apis/serving.knative.dev/v1/namespaces/local/things", HttpStatusCode.NotFound)]
    [InlineData("GET", "/apis", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/projects/local/locations/here/services", HttpStatusCode.OK)]
    public async Task Paths_and_methods(string method, string path, HttpStatusCode expected) =>
        Assert.Equal(expected, (await _cloud.Api.RawAsync(new(method), path)).Status);

    [Theory]
    [InlineData(""), InlineData("null"), InlineData("{"), InlineData("{\"spec\":7}"), InlineData("[]")]
    public async Task A_body_that_is_no_resource(string body)
    {
        var (status, text) = await _cloud.Api.RawAsync(HttpMethod.Post, "/apis/serving.knative.dev/v1/namespaces/local/services", body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("INVALID_ARGUMENT", text);
    }

    [Theory]
    [InlineData("""{"template":{"spec":{"containers":[null]}}}""", "spec.template.spec.containers[0]")]
    [InlineData("""{"template":{"spec":{"containers":[{"image":"a","env":[{"name":"A"},null]}]}}}""", "spec.template.spec.containers[0].env[1]")]
    [InlineData("""{"template":{"spec":{"containers":[{"image":"a","env":[{"name":null}]}]}}}""", "spec.template.spec.containers[0].env[0].name")]
    [InlineData("""{"template":{"spec":{"containers":[{"image":"a","args":[null]}]}}}""", "spec.template.spec.containers[0].args[0]")]
    [InlineData("""{"template":{"spec":{"containers":[{"image":"a","ports":[null]}]}}}""", "spec.template.spec.containers[0].ports[0]")]
    [InlineData("""{"template":{"spec":{"containers":[{"image":"a"}]}},"traffic":[null]}""", "spec.traffic[0]")]
    public async Task An_item_of_a_list_that_is_null(string spec, string field)
    {
        var (status, text) = await _cloud.Api.RawAsync(HttpMethod.Post, "/apis/serving.knative.dev/v1/namespaces/local/services", $"{{\"metadata\":{{\"name\":\"app\"}},\"spec\":{spec}}}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("INVALID_ARGUMENT", text);
        Assert.Contains($"\"{field}\"", text);
    }

    [Theory]
    [InlineData("serving.knative.dev/service=app", 2), InlineData("serving.knative.dev/service!=app", 0), InlineData("serving.knative.dev/service in (app, other)", 2)]
    [InlineData("serving.knative.dev/service notin (app)", 0), InlineData("serving.knative.dev/service", 2), InlineData("!serving.knative.dev/service", 0)]
    [InlineData("serving.knative.dev/service=app,serving.knative.dev/configurationGeneration=2", 1)]
    public async Task A_label_selector(string selector, int expected)
    {
        await _cloud.ApplyAsync(TrafficTests.Named("app-one"));
        await _cloud.ApplyAsync(TrafficTests.Named("app-two"));
        Assert.Equal(expected, (await _cloud.Api.RevisionsAsync($"?labelSelector={Uri.EscapeDataString(selector)}")).Items.Count);
    }

    [Fact]
    public async Task Pages_of_a_list()
    {
        await _cloud.ApplyAsync(TrafficTests.Named("app-one"));
        await _cloud.ApplyAsync(TrafficTests.Named("app-two"));
        var first = await _cloud.Api.RevisionsAsync("?limit=1");
        var second = await _cloud.Api.RevisionsAsync($"?limit=1&continue={first.Metadata.Continue}");
        Assert.Equal(("app-one", "app-two", null), (first.Items.Single().Name, second.Items.Single().Name, second.Metadata.Continue));
    }

    private async Task<GoogleErrorBody> RefusedAsync(Service service)
    {
        var (status, _, error) = await _cloud.Api.CreateAsync(service);
        Assert.Equal((HttpStatusCode.BadRequest, 400, "INVALID_ARGUMENT"), (status, error!.Code, error.Status));
        return error;
    }

    private static Service With(IReadOnlyList<TrafficTarget> traffic)
    {
        var service = TestCloud.Service();
        return service with { Spec = service.Spec with { Traffic = traffic } };
    }
}
