using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Testing.Servers;

/// <summary>Waits for a child process to take connections.</summary>
internal static class Listening
{
    public static async Task WaitAsync(int port, ChildProcess process, TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        while (true)
        {
            if (process.HasExited) throw new InvalidOperationException($"{process.Command.Program} ended with {await process.ExitAsync()}: {process.Output}");
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                // It does not listen yet.
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{process.Command.Program} took no connection in {limit}: {process.Output}");
            }
            await Task.Delay(20);
        }
    }
}
