namespace Gatehouse.LocalRun.Ingress;

/// <summary>The connections of the ingress to one instance.</summary>
internal static class Connections
{
    public static HttpMessageInvoker Create() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,           // what the client sends as its trace is passed on as it is
        ConnectTimeout = TimeSpan.FromSeconds(10),
    });
}
