using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gatehouse.Readiness;

/// <summary>All that a worker serves: three paths, by GET, from memory. It never reads a request's body.</summary>
internal sealed class ProbeApplication(Probes probes) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context)
    {
        var answer = context.Request.Path.Value switch
        {
            "/startup" => probes.Startup,
            "/ready" => probes.Ready,
            "/health" => probes.Health,
            _ => null,
        };
        if (answer is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        if (HttpMethods.IsGet(context.Request.Method)) return answer.WriteAsync(context);
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = HttpMethods.Get;
        return Task.CompletedTask;
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // The context holds nothing but the server's own features.
    }
}
