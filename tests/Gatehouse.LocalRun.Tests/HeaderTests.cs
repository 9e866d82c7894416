using System.Net;
using System.Text.RegularExpressions;
using Gatehouse.LocalRun.Events;

namespace Gatehouse.LocalRun.Tests;

public sealed partial class HeaderTests
{
    /// <summary>The runtime contract: Host and Forwarded must, X-Forwarded-For, X-Forwarded-Proto and a trace header should be there.</summary>
    [Fact]
    public async Task A_container_sees_the_headers_of_the_runtime_contract()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        var headers = await cloud.GetJsonAsync("/headers");
        var host = $"app.localhost:{cloud.Cloud.Address.Port}";
        Assert.Equal(host, (string?)headers["host"]);
        Assert.Equal("127.0.0.1", (string?)headers["x-forwarded-for"]);
        Assert.Equal("http", (string?)headers["x-forwarded-proto"]);
        Assert.Equal($"for=127.0.0.1;host=\"{host}\";proto=http", (string?)headers["forwarded"]);
        Assert.Matches(TraceContext(), (string?)headers["x-cloud-trace-context"]);
    }

    [Fact]
    public async Task What_an_outer_proxy_has_said_stays_in_front_and_a_trace_goes_on()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        var (_, body, _) = await cloud.GetAsync("/headers", change: request =>
        {
            request.Headers.Add("X-Forwarded-For", "203.0.113.7");
            request.Headers.Add("X-Cloud-Trace-Context", "0af7651916cd43dd8448eb211c80319c/1;o=1");
        });
        var headers = System.Text.Json.Nodes.JsonNode.Parse(body)!;
        Assert.Equal("203.0.113.7, 127.0.0.1", (string?)headers["x-forwarded-for"]);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c/1;o=1", (string?)headers["x-cloud-trace-context"]);
    }

    [Fact]
    public async Task Every_answer_is_by_the_google_front_end_and_a_redirect_is_the_clients()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        Assert.Equal("Google Frontend", Server(await cloud.GetAsync()));
        Assert.Equal("Google Frontend", Server(await cloud.GetAsync("/healthz")));
        Assert.Equal(HttpStatusCode.Redirect, (await cloud.GetAsync("/redirect")).Status);

        static string Server((HttpStatusCode, string, HttpResponseMessage Answer) all) => string.Join(' ', all.Answer.Headers.Server.Select(each => each.ToString()));
    }

    /// <summary>Known issues: <c>/eventlog</c> and <c>/_ah/*</c> are reserved; <c>/healthz</c> was seen to be 404 outside while its probe passed inside.</summary>
    [Theory]
    [InlineData("/eventlog"), InlineData("/_ah/health"), InlineData("/healthz"), InlineData("/a/statusz")]
    public async Task A_reserved_path_is_404_outside_and_never_reaches_the_container(string path)
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        var (status, body, answer) = await cloud.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Error 404", body);
        Assert.Null((await cloud.EventAsync<RequestAnswered>(each => each.Path == path)).Revision);
    }

    [Fact]
    public async Task The_reservation_of_paths_that_end_in_z_can_be_turned_off()
    {
        await using var cloud = await TestCloud.StartAsync(configure: options => options.ReservesPathsEndingInZ = false);
        await cloud.ApplyAsync(TestCloud.Service());
        Assert.Equal(HttpStatusCode.OK, (await cloud.GetAsync("/healthz")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.GetAsync("/_ah/x")).Status);
    }

    /// <summary>Known issues: TRACE never reaches the container; some percent-encodings are decoded on the way.</summary>
    [Fact]
    public async Task Trace_does_not_get_through_and_an_encoded_letter_is_decoded()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        using var trace = cloud.Request(HttpMethod.Trace, "/");
        using var answer = await cloud.SendAsync(trace, HttpCompletionOption.ResponseContentRead, TestCloud.Token);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal("/url", (await cloud.GetAsync("/%75rl")).Body);
    }

    [Theory]
    [InlineData("/%2f"), InlineData("/a%2Fb%20c?d=%2F"), InlineData("/%252F"), InlineData("/%252F/%2F"), InlineData("/%5C%2F%23%C3%A9")]
    public async Task A_slash_that_is_encoded_reaches_the_container_as_it_was_sent(string target)
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        Assert.Equal(target, (await cloud.GetAsync(target)).Body);
    }

    [Fact]
    public async Task What_Connection_names_is_for_one_hop_and_the_containers_own_server_name_is_not_told()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        var (_, body, _) = await cloud.GetAsync("/headers", change: request =>
        {
            request.Headers.TryAddWithoutValidation("Connection", "X-Hop, X-Other");
            request.Headers.Add("X-Hop", "1");
            request.Headers.Add("X-End", "2");
        });
        var headers = System.Text.Json.Nodes.JsonNode.Parse(body)!;
        Assert.Equal((null, "2"), ((string?)headers["x-hop"], (string?)headers["x-end"]));
        var (_, _, answer) = await cloud.GetAsync("/own-server");
        Assert.Equal("Google Frontend", string.Join(' ', answer.Headers.Server.Select(each => each.ToString())));
        Assert.False(answer.Headers.Contains("X-Hop"));
    }

    [Fact]
    public async Task A_client_may_speak_http2_without_tls_on_the_same_port()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        var (status, _, answer) = await cloud.GetAsync("/", change: request =>
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        });
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (status, answer.Version));
        Assert.Equal(HttpStatusCode.OK, (await cloud.GetAsync()).Status);
    }

    /// <summary>Container contract: PORT, K_SERVICE, K_REVISION, K_CONFIGURATION, the manifest's own variables, args after the command's.</summary>
    [Fact]
    public async Task A_container_has_its_environment_and_arguments()
    {
        await using var cloud = await TestCloud.StartAsync();
        var service = await cloud.ApplyAsync(TestCloud.Service(env: new Dictionary<string, string> { ["COLOUR"] = "blue" },
            change: template => template with { Spec = template.Spec with { Containers = [template.Spec.Containers[0] with { Args = ["one", "two words"] }] } }));
        var environment = await cloud.GetJsonAsync("/environment");
        var instance = await cloud.EventAsync<InstanceStarting>();
        Assert.Equal(instance.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), (string?)environment["PORT"]);
        Assert.Equal(("app", service.Status!.LatestReadyRevisionName, "app", "blue"),
            ((string?)environment["K_SERVICE"], (string?)environment["K_REVISION"], (string?)environment["K_CONFIGURATION"], (string?)environment["COLOUR"]));
        Assert.Equal("[\"one\",\"two words\"]", environment["argv"]!.ToJsonString());
    }

    [GeneratedRegex("^[0-9a-f]{32}/[0-9]+;o=0$")]
    private static partial Regex TraceContext();
}
