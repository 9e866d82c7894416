using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Testing.Servers;

/// <summary>Ports for servers that tests start: below those that outgoing connections are given, so that none of those takes one first.</summary>
public static class FreePort
{
    private static int _last = Random.Shared.Next(20_000, 30_000);

    public static int Next()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _last);
            using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken; the next one.
            }
        }
    }
}
