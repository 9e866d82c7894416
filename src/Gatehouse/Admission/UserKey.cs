using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gatehouse.Admission;

/// <summary>
/// By what limits know a user while there are no accounts: the client's address; of an IPv6 address its /64, since a subscriber
/// has them all.
/// </summary>
internal readonly record struct UserKey(ulong High, ulong Low)
{
    /// <summary>The client behind a request, or null if it cannot be told apart from others.</summary>
    /// <remarks>
    /// Behind a proxy every connection comes from the proxy, and to take that for one user would throttle all of them. A proxy's
    /// address is a local or private one nearly always, so such an address is nobody. The header that names the client can be
    /// forged up to the entries that one's own proxies appended, so it counts only as far as configured.
    /// </remarks>
    public static UserKey? Of(HttpContext context, int trustedHops)
    {
        if (trustedHops > 0 && Forwarded(context.Request.Headers["X-Forwarded-For"], trustedHops) is { } client) return Of(client);
        return context.Connection.RemoteIpAddress is { } peer && !IsPrivate(peer) ? Of(peer) : null;
    }

    // "203.0.113.7, 198.51.100.9:4711", each proxy appending whom it heard; a header may be given several times.
    private static IPAddress? Forwarded(StringValues header, int hops)
    {
        for (var at = header.Count - 1; at >= 0; at--)
        {
            var rest = header[at].AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.LastIndexOf(',');
                if (--hops == 0) return IPEndPoint.TryParse(rest[(comma + 1)..].Trim(), out var found) ? found.Address : null;
                rest = comma < 0 ? default : rest[..comma];
            }
        }
        return null;
    }

    private static UserKey Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        if (length == 4) return V4(bytes);
        return address.IsIPv4MappedToIPv6 ? V4(bytes[12..]) : new(BinaryPrimitives.ReadUInt64BigEndian(bytes), 0);
    }

    // As the mapped address would be; 0000:…/64 is nobody's.
    private static UserKey V4(ReadOnlySpan<byte> bytes) => new(0, 0xffff_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes));

    private static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address)) return true;
        if (address.AddressFamily is not AddressFamily.InterNetwork) return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal;
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return (bytes[0], bytes[1]) is (10, _) or (172, >= 16 and < 32) or (192, 168) or (169, 254) or (100, >= 64 and < 128);
    }
}
