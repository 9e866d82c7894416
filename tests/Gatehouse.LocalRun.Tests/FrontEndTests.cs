using System.Net;
using System.Net.WebSockets;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Events;

namespace Gatehouse.LocalRun.Tests;

/// <summary>What the front end says where no instance does: statuses, bodies and log texts of the troubleshooting page.</summary>
public sealed class FrontEndTests
{
    private const string NoInstance = "The request was aborted because there was no available instance.";

    /// <summary>Container contract: a request waits for an instance while it starts.</summary>
    [Fact]
    public async Task A_request_is_held_while_an_instance_starts()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service(env: new Dictionary<string, string> { ["START_DELAY_MS"] = "300" }));
        var first = await cloud.EventAsync<InstanceStarting>();
        await cloud.GetAsync("/crash");
        Assert.Equal(HttpStatusCode.OK, (await cloud.GetAsync()).Status);
        Assert.Equal(2, cloud.Events.Snapshot().OfType<InstanceStarting>().Count());
        Assert.NotEqual(first.Instance, cloud.Events.Snapshot().OfType<RequestAnswered>().Last().Instance);
    }

    [Fact]
    public async Task An_upgrade_is_held_like_any_request()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service(env: new Dictionary<string, string> { ["START_DELAY_MS"] = "300" }));
        await cloud.GetAsync("/crash");
        using var socket = await cloud.ConnectAsync();
        Assert.Contains("revision", await socket.ReadAsync());
    }

    /// <summary>Troubleshooting: a crash is 503 with the malformed-or-connection text.</summary>
    [Fact]
    public async Task A_crash_in_flight_is_503()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        var (status, body, _) = await cloud.GetAsync("/crash");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Service Unavailable"), (status, body));
        var line = await cloud.LogAsync("malformed");
        Assert.StartsWith("The request failed because either the HTTP response was malformed or connection to the instance had an error.", line.Text);
        Assert.EndsWith("https://cloud.google.com/run/docs/troubleshooting#malformed-response-or-connection-error", line.Text);
    }

    [Fact]
    public async Task Half_an_answer_is_none()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        await Assert.ThrowsAsync<HttpRequestException>(() => cloud.GetAsync("/half"));
        Assert.NotNull((await cloud.EventAsync<RequestAnswered>()).Why);
    }

    /// <summary>Troubleshooting: 429, severity WARNING, when the maximum of instances is reached and none comes free. Held for 10 s at least.</summary>
    [Fact]
    public async Task When_all_instances_that_may_be_are_full_it_is_429()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 20);
        await cloud.ApplyAsync(TestCloud.Service(change: Scaled(concurrency: 1, most: 1)));
        var full = cloud.GetAsync("/never");
        await cloud.EventAsync<RequestAdmitted>(each => each.Path is "/never");
        var (status, body, _) = await cloud.GetAsync();
        Assert.Equal((HttpStatusCode.TooManyRequests, "Too Many Requests"), (status, body));
        var line = await cloud.LogAsync(NoInstance);
        Assert.Equal((LogSeverity.Warning, true), (line.Severity, line.Text.Contains("maximum container instance limit", StringComparison.Ordinal)));
        var answered = await cloud.EventAsync<RequestAnswered>(each => each.Status is 429);
        Took.AtLeast(TimeSpan.FromSeconds(10), answered.Latency);
        await cloud.GetDirectAsync("/crash");
        await full;
    }

    /// <summary>Troubleshooting: 500, severity ERROR, when the autoscaler cannot keep up. Held for max(3.5 x mean start-up time, 10 s).</summary>
    [Fact]
    public async Task When_no_instance_is_there_in_time_it_is_500()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 40);
        await cloud.ApplyAsync(TestCloud.Service(change: template => Scaled(concurrency: 1, most: 3)(template) with
        {
            Metadata = template.Metadata with { Annotations = new Dictionary<string, string> { ["run.googleapis.com/health-check-disabled"] = "true" } },
        }, env: new Dictionary<string, string> { ["NEVER_LISTEN"] = "1" }));
        var (status, _, _) = await cloud.GetAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        var line = await cloud.LogAsync(NoInstance);
        Assert.Equal((LogSeverity.Error, NoInstance), (line.Severity, line.Text));
    }

    /// <summary>Troubleshooting and logs: 500 when an instance fails to become healthy, with a latency of 0 s once that is known.</summary>
    [Fact]
    public async Task When_the_instance_cannot_start_it_is_500_and_then_at_once()
    {
        await using var cloud = await TestCloud.StartAsync();
        var mark = Path.GetTempFileName();
        try
        {
            await cloud.ApplyAsync(TestCloud.Service(env: new Dictionary<string, string> { ["DIES_WITHOUT"] = mark }));
            File.Delete(mark);
            await cloud.GetAsync("/crash");
            var answers = new List<RequestAnswered>();
            for (var i = 0; i < 4; i++)
            {
                var (status, _, _) = await cloud.GetAsync($"/{i}");
                Assert.Equal(HttpStatusCode.InternalServerError, status);
                answers.Add(await cloud.EventAsync<RequestAnswered>(each => each.Path == $"/{i}"));
            }
            Assert.All(answers, each => Assert.Equal("The request failed because the instance could not start successfully.", each.Why));
            Assert.True(answers[^1].Latency < TimeSpan.FromSeconds(0.05), $"after {answers[^1].Latency}");
        }
        finally
        {
            File.Delete(mark);
        }
    }

    /// <summary>Troubleshooting: 504 after timeoutSeconds; the client sees <c>upstream request timeout</c>; the instance goes on.</summary>
    [Fact]
    public async Task A_request_that_takes_too_long_is_504_and_the_instance_lives()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 10);
        await cloud.ApplyAsync(TestCloud.Service(change: template => template with { Spec = template.Spec with { TimeoutSeconds = 3 } }));
        var pid = (int?)(await cloud.GetJsonAsync())["pid"];
        var (status, body, _) = await cloud.GetAsync("/never");
        Assert.Equal((HttpStatusCode.GatewayTimeout, "upstream request timeout"), (status, body));
        Assert.Equal("The request has been terminated because it has reached the maximum request timeout. To change this limit, see https://cloud.google.com/run/docs/configuring/request-timeout",
            (await cloud.EventAsync<RequestAnswered>(each => each.Status is 504)).Why);
        Assert.Equal(pid, (int?)(await cloud.GetJsonAsync())["pid"]);
    }

    /// <summary>WebSockets: a socket is a request and ends with its time-out, without a close frame.</summary>
    [Fact]
    public async Task The_request_timeout_cuts_sockets()
    {
        await using var cloud = await TestCloud.StartAsync(timeScale: 10);
        await cloud.ApplyAsync(TestCloud.Service(change: template => template with { Spec = template.Spec with { TimeoutSeconds = 5 } }));
        using var socket = await cloud.ConnectAsync();
        await socket.ReadAsync();
        var cut = await Assert.ThrowsAsync<WebSocketException>(socket.ReadAsync);
        Assert.Equal(WebSocketError.ConnectionClosedPrematurely, cut.WebSocketErrorCode);
        var closed = await cloud.EventAsync<SocketClosed>();
        Assert.Contains("maximum request timeout", closed.Cut);
        Took.AtLeast(TimeSpan.FromSeconds(5), closed.Lived);
    }

    /// <summary>Troubleshooting: that a client has left is not told to the container over HTTP/1.1.</summary>
    [Fact]
    public async Task A_container_does_not_learn_that_its_client_has_left()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        using (var leave = CancellationTokenSource.CreateLinkedTokenSource(TestCloud.Token))
        using (var request = cloud.Request(HttpMethod.Get, "/gone"))
        {
            var asked = cloud.SendAsync(request, HttpCompletionOption.ResponseContentRead, leave.Token);
            await cloud.LogAsync("waiting");
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }
        await cloud.LogAsync("answered");
        var lines = cloud.Events.Snapshot().OfType<LogWritten>().Where(each => each.IsOutput).Select(each => each.Text).ToList();
        Assert.True(lines.IndexOf("answered") >= 0 && (!lines.Contains("client gone") || lines.IndexOf("client gone") > lines.IndexOf("answered")), string.Join(" | ", lines));
    }

    [Fact]
    public async Task Server_sent_events_stream()
    {
        await using var cloud = await TestCloud.StartAsync();
        await cloud.ApplyAsync(TestCloud.Service());
        using var request = cloud.Request(HttpMethod.Get, "/events");
        using var answer = await cloud.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestCloud.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestCloud.Token));
        Assert.Equal("data: 1", await reader.ReadLineAsync(TestCloud.Token));
        await reader.ReadLineAsync(TestCloud.Token);
        Assert.Equal("data: 2", await reader.ReadLineAsync(TestCloud.Token));
    }

    internal static Func<RevisionTemplate, RevisionTemplate> Scaled(int concurrency, int? most = null, int? least = null) => template =>
    {
        var annotations = new Dictionary<string, string>(template.Metadata.Annotations ?? new Dictionary<string, string>());
        if (most is { } maximum) annotations["autoscaling.knative.dev/maxScale"] = $"{maximum}";
        if (least is { } minimum) annotations["autoscaling.knative.dev/minScale"] = $"{minimum}";
        return template with { Metadata = template.Metadata with { Annotations = annotations }, Spec = template.Spec with { ContainerConcurrency = concurrency } };
    };
}
