using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.CloudRun.Resources;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.LocalRun.Api;

/// <summary>A list, narrowed by <c>labelSelector</c> and cut into pages by <c>limit</c> and <c>continue</c>.</summary>
internal static class Listing
{
    public static Task WriteAsync<T>(HttpContext context, string kind, IReadOnlyList<T> all, JsonTypeInfo<ResourceList<T>> type) where T : Resource
    {
        var query = context.Request.Query;
        var chosen = all.Where(LabelSelector.Parse(query["labelSelector"]).Matches).ToList();
        var first = int.TryParse(query["continue"], CultureInfo.InvariantCulture, out var from) && from > 0 ? from : 0;
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var most) && most > 0 ? most : int.MaxValue;
        var page = chosen.Skip(first).Take(limit).ToList();
        return ApiAnswer.WriteAsync(context, new ResourceList<T>
        {
            ApiVersion = all is IReadOnlyList<Job> or IReadOnlyList<Execution> ? ApiVersions.Jobs : ApiVersions.Serving,
            Kind = kind,
            Metadata = new() { Continue = first + page.Count < chosen.Count ? (first + page.Count).ToString(CultureInfo.InvariantCulture) : null },
            Items = page,
        }, type);
    }
}
