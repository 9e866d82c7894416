using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Instances;
using Gatehouse.LocalRun.Revisions;
using Gatehouse.LocalRun.Services;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Gatehouse.LocalRun.Ingress;

/// <summary>The front door: finds by the <c>Host</c> which service is meant, by tag, affinity and split which revision, and lets the request through.</summary>
internal sealed class FrontEnd(ServiceRegistry services, IHttpForwarder forwarder, Platform platform, Urls urls, bool reservesPathsEndingInZ)
{
    /// <summary>Whose every answer is.</summary>
    public const string Server = "Google Frontend";

    private const string NotFoundPage = """
        <!DOCTYPE html>
        <html lang=en>
          <meta charset=utf-8>
          <title>Error 404 (Not Found)!!1</title>
          <p><b>404.</b> <ins>That’s an error.</ins>
          <p>The requested URL was not found on this server. <ins>That’s all we know.</ins>
        """;

    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.Server = Server;
        if (Urls.Read(context.Request.Host.Host) is not { } target)
        {
            await WriteAsync(context, StatusCodes.Status404NotFound, Signpost());
            return;
        }
        var path = context.Request.Path.Value ?? "/";
        if (services.Find(target.Service) is not { } service || ReservedPaths.Contains(path, reservesPathsEndingInZ))
        {
            await NotFoundAsync(context, target.Service);
            return;
        }
        if (HttpMethods.IsTrace(context.Request.Method) || (HttpMethods.IsConnect(context.Request.Method) && !IsSocket(context)))
        {
            await WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
            return;
        }
        var bound = AffinityCookie.Read(context.Request);
        if (Choose(service.Plan, target.Tag, bound) is not { } revision)
        {
            await NotFoundAsync(context, target.Service);
            return;
        }
        var wanted = revision.Settings.HasAffinity && bound?.Revision == revision.Name ? bound?.Instance : null;
        await new Passage(context, revision, wanted, forwarder, platform).RunAsync();
    }

    internal static Task WriteAsync(HttpContext context, int status, string text, string type = "text/plain")
    {
        context.Response.Clear();
        context.Response.Headers.Server = Server;
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text, CancellationToken.None);
    }

    /// <summary>A client that is bound to an instance stays with its revision as long as that has any share, whatever the split says.</summary>
    private static RevisionRun? Choose(TrafficPlan plan, string? tag, (string Revision, string Instance)? bound)
    {
        if (tag is not null) return plan.ByTag(tag);
        if (bound is not { } binding || !plan.HasShare(binding.Revision)) return plan.Next();
        return plan.ByName(binding.Revision) is { Settings.HasAffinity: true } revision && revision.Pool.Has(binding.Instance) ? revision : plan.Next();
    }

    private Task NotFoundAsync(HttpContext context, string service)
    {
        platform.Events.Add(new RequestAnswered(service, null, null, context.Request.Method, context.Request.Path, StatusCodes.Status404NotFound, TimeSpan.Zero,
            "answered by the front end; on the platform it is not in the request log"));
        return WriteAsync(context, StatusCodes.Status404NotFound, NotFoundPage, "text/html; charset=UTF-8");
    }

    private static bool IsSocket(HttpContext context) =>
        context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    // Not the platform's: there is no such address there.
    private string Signpost() => services.Names is { Count: > 0 } names
        ? $"Services here:\n{string.Concat(names.Select(name => $"  {urls.OfService(name)}\n"))}"
        : "There is no service here yet.\n";
}
