using System.Net;
using System.Net.Sockets;

namespace Gatehouse.LocalRun.Instances;

/// <summary>Ports of the loopback address that nobody listens on, none of them given twice while it is taken.</summary>
internal sealed class FreePorts
{
    private static readonly HashSet<int> Taken = [];      // of all clouds of this process; guarded by itself

    public int Take()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            lock (Taken)
            {
                if (Taken.Add(port)) return port;
            }
        }
    }

    public void Return(int port)
    {
        lock (Taken) Taken.Remove(port);
    }
}
