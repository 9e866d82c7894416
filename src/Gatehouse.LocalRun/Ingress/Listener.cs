using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.LocalRun.Ingress;

/// <summary>How the one port listens.</summary>
internal static class Listener
{
    /// <summary>32 MiB, which is the platform's limit of a request over HTTP/1.</summary>
    private const long LongestRequest = 32L * 1024 * 1024;

    public static void Configure(KestrelServerOptions kestrel, int port)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LongestRequest;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        var http2 = new CleartextHttp2();
        kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(http2.Learn);
        });
        kestrel.ListenLocalhost(port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(http2.Choose);
        });
    }
}
