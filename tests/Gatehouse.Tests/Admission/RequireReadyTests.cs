using System.Net;
using System.Text.Json;
using Gatehouse.Readiness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Admission;

/// <summary>Plain requests: closed where it is asked for, while the server cannot do its job.</summary>
public sealed class RequireReadyTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _late = new();
    private readonly HttpClient _http = new();
    private readonly WebApplication _app;

    public RequireReadyTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddReadiness(graph => graph.Node("world", async (_, cancellationToken) =>
        {
            await _late.Task.WaitAsync(cancellationToken);
            return CheckResult.Healthy;
        }, policy: new() { Timeout = GateHarness.Patience }));
        _app = builder.Build();
        _app.MapGet("/page", () => "page");
        _app.MapGet("/handler", () => "handler").RequireReady();
        _app.MapGet("/delegate", context => context.Response.WriteAsync("delegate")).RequireReady();
        _app.MapGroup("/group").RequireReady().MapPost("/inner", (string said) => said);
    }

    public async ValueTask InitializeAsync() => await _app.StartAsync().WaitAsync(GateHarness.Patience);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync().WaitAsync(GateHarness.Patience);
        await _app.DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task They_are_refused_with_the_node_until_the_server_is_ready_and_again_when_it_drains()
    {
        var graph = _app.Services.GetRequiredService<ReadinessGraph>();
        foreach (var (method, path) in Closed) await RefusedAsync(method, path, "not_ready", "world");
        Assert.Equal((HttpStatusCode.OK, "page"), await AskAsync(HttpMethod.Get, "/page"));

        _late.SetResult();
        await graph.WhenReadyAsync().WaitAsync(GateHarness.Patience);
        Assert.Equal((HttpStatusCode.OK, "handler"), await AskAsync(HttpMethod.Get, "/handler"));
        Assert.Equal((HttpStatusCode.OK, "delegate"), await AskAsync(HttpMethod.Get, "/delegate"));
        Assert.Equal((HttpStatusCode.OK, "word"), await AskAsync(HttpMethod.Post, "/group/inner?said=word"));

        graph.Withdraw("It stops.");
        foreach (var (method, path) in Closed) await RefusedAsync(method, path, "draining", null);
    }

    private static IEnumerable<(HttpMethod, string)> Closed =>
        [(HttpMethod.Get, "/handler"), (HttpMethod.Get, "/delegate"), (HttpMethod.Post, "/group/inner?said=word")];

    private async Task RefusedAsync(HttpMethod method, string path, string reason, string? node)
    {
        using var answer = await SendAsync(method, path);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((503, reason), (problem.GetProperty("status").GetInt32(), problem.GetProperty("reason").GetString()));
        Assert.Equal(node, problem.TryGetProperty("node", out var named) ? named.GetString() : null);
    }

    private async Task<(HttpStatusCode, string)> AskAsync(HttpMethod method, string path)
    {
        using var answer = await SendAsync(method, path);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path)
    {
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return _http.SendAsync(new(method, address + path));
    }
}
