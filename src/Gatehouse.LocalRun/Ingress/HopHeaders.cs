using Microsoft.AspNetCore.Http;

namespace Gatehouse.LocalRun.Ingress;

/// <summary>What <c>Connection</c> names is for the next hop only and goes no further (RFC 9110 §7.6.1). Beside <c>close</c> or
/// <c>keep-alive</c> in one line of a request it is out of our sight: Kestrel has put that one word in the place of the whole line.</summary>
internal static class HopHeaders
{
    // Named by mistake they would take the message's meaning with them.
    private static readonly string[] NeverForOneHop = ["Connection", "Upgrade", "Host", "Content-Length", "Transfer-Encoding"];

    public static void Remove(IHeaderDictionary headers, IEnumerable<string?> connection)
    {
        foreach (var name in connection.SelectMany(each => each?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []))
            if (!NeverForOneHop.Contains(name, StringComparer.OrdinalIgnoreCase)) headers.Remove(name);
    }
}
