using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Gatehouse.Platform.Hosts;

/// <summary>A web application in this process, on a free port, with as little of it configured as a test needs.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private Site(Action<IServiceCollection> services, Action<WebApplication> map)
    {
        var port = FreePort.Next();
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        services(builder.Services);
        _app = builder.Build();
        map(_app);
        _http = new() { BaseAddress = new(address), Timeout = Waiting.Patience };
        (Port, Probes) = (port, new(port));
        Started = _app.StartAsync();
    }

    public int Port { get; }

    /// <summary>The three probes, if <c>MapReadiness</c> mapped them.</summary>
    public ProbeClient Probes { get; }

    /// <summary>Ends when the host has started.</summary>
    public Task Started { get; }

    /// <summary>Starts it without waiting for anything.</summary>
    public static Site Launch(Action<IServiceCollection> services, Action<WebApplication> map) => new(services, map);

    public static async Task<Site> StartAsync(Action<IServiceCollection> services, Action<WebApplication> map)
    {
        var site = Launch(services, map);
        await site.Started.WaitAsync(Waiting.Patience);
        return site;
    }

    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        Probes.Dispose();
        await _app.StopAsync().WaitAsync(Waiting.Patience);
        await _app.DisposeAsync();
    }
}
