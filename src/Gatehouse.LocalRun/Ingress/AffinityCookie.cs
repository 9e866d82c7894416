using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.LocalRun.Ingress;

/// <summary>The cookie that binds a client to an instance, best effort, for 30 days. It holds the instance's name, opaque to the client.</summary>
internal static class AffinityCookie
{
    private const string Name = "GAESA";
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    /// <summary>The revision and the instance that the client was bound to; null if to none.</summary>
    public static (string Revision, string Instance)? Read(HttpRequest request)
    {
        if (request.Cookies[Name] is not { Length: > 0 } value || !Base64Url.IsValid(value)) return null;
        var instance = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(value));
        var slash = instance.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 ? (instance[..slash], instance) : null;
    }

    public static void Write(HttpResponse response, string instance) =>
        response.Headers.Append("Set-Cookie", FormattableString.Invariant(
            $"{Name}={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(instance))}; Max-Age={(int)Life.TotalSeconds}; Path=/; HttpOnly"));
}
