using System.Net;
using System.Net.Sockets;

namespace Gatehouse.LocalRun.Instances;

/// <summary>Ports of the loopback address that nobody listens on, none of them given twice while it is taken.</summary>
internal sealed class FreePorts
{
    private readonly HashSet<int> _taken = [];      // guarded by itself

    public int Take()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            lock (_taken)
            {
                if (_taken.Add(port)) return port;
            }
        }
    }

    public void Return(int port)
    {
        lock (_taken) _taken.Remove(port);
    }
}
