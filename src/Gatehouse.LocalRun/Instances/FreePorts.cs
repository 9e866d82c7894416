using System.Net;
using System.Net.Sockets;

namespace Gatehouse.LocalRun.Instances;

/// <summary>
/// Ports of the loopback address that nobody listens on, none of them given twice while it is taken. They are below those that outgoing
/// connections are given (32768 and up on Linux), so that none of these takes one before it is listened on.
/// </summary>
internal sealed class FreePorts
{
    private const int First = 10_000;
    private const int End = 32_000;

    private static readonly HashSet<int> Taken = [];      // of all clouds of this process; guarded by itself

    /// <exception cref="IOException">Every port is taken.</exception>
    public int Take()
    {
        for (var tried = First; tried < End; tried++)
        {
            var port = Random.Shared.Next(First, End);
            lock (Taken)
            {
                if (!Taken.Contains(port) && IsFree(port) && Taken.Add(port)) return port;
            }
        }
        throw new IOException($"No port from {First} to {End - 1} is free.");
    }

    public void Return(int port)
    {
        lock (Taken) Taken.Remove(port);
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
