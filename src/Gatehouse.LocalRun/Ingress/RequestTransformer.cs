using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Gatehouse.LocalRun.Ingress;

/// <summary>The headers that a container sees, and what is noted of its answer.</summary>
internal sealed class RequestTransformer(Passage passage) : HttpTransformer
{
    private const string Trace = "X-Cloud-Trace-Context";

    public override async ValueTask TransformRequestAsync(HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(context, request, destinationPrefix, cancellationToken);
        request.RequestUri = RawPath.Read(context, destinationPrefix);      // null: the forwarder's own
        var (address, host, scheme) = (context.Connection.RemoteIpAddress ?? IPAddress.Loopback, context.Request.Host.Value, context.Request.Scheme);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var headers = request.Headers;
        headers.Host = host;
        Append(headers, "X-Forwarded-For", address.ToString());
        Set(headers, "X-Forwarded-Proto", scheme);
        Append(headers, "Forwarded", address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6
            ? $"for=\"[{address}]\";host=\"{host}\";proto={scheme}"
            : $"for={address};host=\"{host}\";proto={scheme}");
        if (!headers.Contains(Trace))
            headers.TryAddWithoutValidation(Trace, $"{RandomNumberGenerator.GetHexString(32, lowercase: true)}/{RandomNumberGenerator.GetInt32(1, int.MaxValue)};o=0");
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext context, HttpResponseMessage? response, CancellationToken cancellationToken)
    {
        if (response?.StatusCode is HttpStatusCode.SwitchingProtocols) passage.SocketIsOpen();
        var isForwarded = await base.TransformResponseAsync(context, response, cancellationToken);
        if (response is not null) HopHeaders.Remove(context.Response.Headers, response.Headers.Connection);
        context.Response.Headers.Server = FrontEnd.Server;      // the container's own would stand beside it
        return isForwarded;
    }

    // What an outer proxy has said stays in front.
    private static void Append(System.Net.Http.Headers.HttpRequestHeaders headers, string name, string value)
    {
        var all = headers.TryGetValues(name, out var before) ? string.Join(", ", [.. before, value]) : value;
        Set(headers, name, all);
    }

    private static void Set(System.Net.Http.Headers.HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }
}
