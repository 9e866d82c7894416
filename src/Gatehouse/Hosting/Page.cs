using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gatehouse.Hosting;

/// <summary>
/// The chat page, the status page and the JavaScript client, out of the assembly. The static-files middleware with the embedded provider would do,
/// but reads an XML manifest at start and brings an XML parser into the native binary; this is a dictionary.
/// </summary>
internal static class Page
{
    // Everything comes from here; the sockets too.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var assembly = typeof(Page).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("wwwroot/", StringComparison.Ordinal)))
        {
            var file = new Lazy<(byte[] Bytes, string Tag)>(() => Read(name));
            var path = name["wwwroot".Length..];
            var type = Types[Path.GetExtension(name)];
            endpoints.MapMethods(path switch { "/index.html" => "/", "/status.html" => "/status", _ => path }, [HttpMethods.Get, HttpMethods.Head], context => ServeAsync(context, file.Value, type));
        }
    }

    private static Task ServeAsync(HttpContext context, (byte[] Bytes, string Tag) file, string type)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = file.Tag;
        response.Headers.CacheControl = "no-cache";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        if (request.Headers.IfNoneMatch == file.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentType = type;
        response.ContentLength = file.Bytes.Length;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : response.Body.WriteAsync(file.Bytes, context.RequestAborted).AsTask();
    }

    private static (byte[], string) Read(string name)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return (bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}\"");
    }
}
