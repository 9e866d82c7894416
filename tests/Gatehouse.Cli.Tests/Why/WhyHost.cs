using Gatehouse.Diagnosis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Cli.Tests.Why;

/// <summary>A real Kestrel on a free port that explains itself from a case, as the server does; or answers what a test wants instead.</summary>
internal sealed class WhyHost : IAsyncDisposable
{
    public const string PostMortem = "# of the server, which knows the incidents before\n";

    private readonly WebApplication _app;

    private WhyHost(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public Uri Address { get; }

    /// <summary>The paths and queries that were asked for.</summary>
    public List<string> Asked { get; } = [];

    public static async Task<WhyHost> StartAsync(Case given, Func<HttpContext, Task<bool>>? instead = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        WhyHost? host = null;
        app.Run(async context =>
        {
            lock (host!.Asked) host.Asked.Add($"{context.Request.Path}{context.Request.QueryString}");
            if (instead is not null && await instead(context)) return;
            var answer = ($"{context.Request.Path}", (string?)context.Request.Query["form"]) switch
            {
                ("/api/why", null) => DiagnosisJson.WriteUtf8(FiveWhys.Explain(given)),
                ("/api/why", "markdown") => System.Text.Encoding.UTF8.GetBytes(PostMortem),
                ("/api/case", null) => DiagnosisJson.WriteUtf8(given),
                _ => null,
            };
            if (answer is null) context.Response.StatusCode = 404;
            else await context.Response.Body.WriteAsync(answer);
        });
        // Nobody asks before the address is known.
        await app.StartAsync();
        return host = new(app, new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
