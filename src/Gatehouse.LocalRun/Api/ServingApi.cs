using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Services;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.LocalRun.Api;

/// <summary>Services, revisions, routes and configurations over HTTP, as Knative Serving v1 has them and Cloud Run serves them: no PATCH, no watch.</summary>
internal sealed class ServingApi(ServiceRegistry services)
{
    public Task AnswerAsync(HttpContext context, ApiPath path) => (path.Collection, path.Name, context.Request.Method) switch
    {
        ("services", null, "GET") => Listing.WriteAsync(context, "ServiceList", services.List(), ResourceJson.Default.ResourceListService),
        ("services", null, "POST") => CreateAsync(context),
        ("services", { } name, "GET") => ApiAnswer.WriteAsync(context, services.Get(name), ResourceJson.Default.Service),
        ("services", { } name, "PUT") => ReplaceAsync(context, name),
        ("services", { } name, "DELETE") => DeleteAsync(context, services.Delete, name),
        ("revisions", null, "GET") => Listing.WriteAsync(context, "RevisionList", services.Revisions(), ResourceJson.Default.ResourceListRevision),
        ("revisions", { } name, "GET") => ApiAnswer.WriteAsync(context, services.Revision(name), ResourceJson.Default.Revision),
        ("revisions", { } name, "DELETE") => DeleteAsync(context, services.DeleteRevision, name),
        ("routes", null, "GET") => Listing.WriteAsync(context, "RouteList", [.. services.List().Select(Derived.Route)], ResourceJson.Default.ResourceListRoute),
        ("routes", { } name, "GET") => ApiAnswer.WriteAsync(context, Derived.Route(services.Get(name)), ResourceJson.Default.Route),
        ("configurations", null, "GET") =>
            Listing.WriteAsync(context, "ConfigurationList", [.. services.List().Select(Derived.Configuration)], ResourceJson.Default.ResourceListConfiguration),
        ("configurations", { } name, "GET") => ApiAnswer.WriteAsync(context, Derived.Configuration(services.Get(name)), ResourceJson.Default.Configuration),
        ("services" or "revisions" or "routes" or "configurations", _, var method) =>
            throw new ApiException(405, "UNIMPLEMENTED", $"There is no {method} of {path.Collection} here."),
        _ => throw new ApiException(404, "NOT_FOUND", $"There are no {path.Collection} here."),
    };

    private async Task CreateAsync(HttpContext context)
    {
        var created = services.Create(await ApiAnswer.ReadAsync(context, ResourceJson.Default.Service), IsDryRun(context));
        await ApiAnswer.WriteAsync(context, created, ResourceJson.Default.Service);
    }

    private async Task ReplaceAsync(HttpContext context, string name)
    {
        var replaced = services.Replace(name, await ApiAnswer.ReadAsync(context, ResourceJson.Default.Service), IsDryRun(context));
        await ApiAnswer.WriteAsync(context, replaced, ResourceJson.Default.Service);
    }

    private static Task DeleteAsync(HttpContext context, Action<string> delete, string name)
    {
        delete(name);
        return ApiAnswer.WriteDeletedAsync(context);
    }

    private static bool IsDryRun(HttpContext context) => context.Request.Query["dryRun"] == "all";
}
