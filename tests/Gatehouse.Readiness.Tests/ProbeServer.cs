using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Readiness.Tests;

/// <summary>A real server on a free port whose only endpoints are the probes.</summary>
internal sealed class ProbeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private ProbeServer(WebApplication app)
    {
        _app = app;
        _client = new() { BaseAddress = new(Address) };
    }

    public ReadinessGraph Graph => _app.Services.GetRequiredService<ReadinessGraph>();

    public IServiceProvider Services => _app.Services;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<ProbeServer> StartAsync(Action<ReadinessGraphBuilder> declare, Action<IServiceCollection>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddReadiness(declare);
        more?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapReadiness();
        await app.StartAsync().WaitAsync(GraphHarness.Patience);
        return new(app);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await _client.GetAsync(path);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, body.RootElement.Clone());
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync().WaitAsync(GraphHarness.Patience);
        await _app.DisposeAsync();
    }
}
