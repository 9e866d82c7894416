using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gatehouse.LocalRun.Ingress;

/// <summary>
/// Where a request with a slash that is encoded (<c>%2F</c>) goes to. In the path as the server has decoded it that slash is the one thing left
/// as it was, and no longer to be told from <c>%252F</c>: only what the client sent tells them apart.
/// </summary>
internal static class RawPath
{
    /// <returns>Null if there is no such slash; the decoded path is then as good.</returns>
    public static Uri? Read(HttpContext context, string destinationPrefix)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = raw.Split('?')[0];
        // The absolute form, http://host/path, is what a client sends that takes us for a proxy.
        if (!path.StartsWith('/') && Uri.TryCreate(path, UriKind.Absolute, out var absolute)) path = absolute.AbsolutePath;
        if (!path.Contains("%2F", StringComparison.OrdinalIgnoreCase)) return null;
        // In a path they would be taken for more than characters.
        var safe = path.Replace("\\", "%5C", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal);
        return new($"{destinationPrefix.TrimEnd('/')}{safe}{context.Request.QueryString.Value}");
    }
}
