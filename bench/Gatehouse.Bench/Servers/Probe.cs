using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Bench.Servers;

/// <summary>One question to a server, on a connection of its own, as a platform asks it.</summary>
internal static class Probe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="host">What the request says whom it is for.</param>
    /// <returns>The status of the answer; null while nobody listens.</returns>
    /// <exception cref="OperationCanceledException">It is not answered.</exception>
    public static async Task<int?> AskAsync(int port, string path, string host = "localhost")
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), patience.Token);
            var answer = new byte[64];
            var length = await socket.ReceiveAsync(answer, patience.Token);
            // HTTP/1.1 200 OK
            return length >= 12 ? int.Parse(Encoding.ASCII.GetString(answer, 9, 3), CultureInfo.InvariantCulture) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
