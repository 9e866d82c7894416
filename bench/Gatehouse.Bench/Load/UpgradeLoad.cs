using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Bench.Load;

/// <summary>What a load of upgrades is; given to the load's process as one argument.</summary>
/// <param name="Clients">Each upgrade comes from another client, as a proxy notes it.</param>
internal sealed record UpgradeLoadPlan(int Port, int ServerProcess, int Upgrades, bool Clients);

/// <summary>What came of it: microseconds of the server's processor time, and of time, for each upgrade.</summary>
internal sealed record UpgradeLoadResult(double Cpu, double Elapsed);

/// <summary>
/// WebSockets that are opened and closed again, eight at once: connect, upgrade, hear the first frame, close as the protocol has it.
/// </summary>
internal sealed class UpgradeLoad(UpgradeLoadPlan plan)
{
    private const int AtOnce = 8;
    private const int Sources = 16;

    // Masked with zeros, as a client has to: close, 1000.
    private static readonly byte[] Close = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int _begun;

    public async Task<UpgradeLoadResult> MeasureAsync()
    {
        await OpenAsync(plan.Upgrades / 4);
        var (cpu, at) = (ServerFigures.Cpu(plan.ServerProcess), Stopwatch.GetTimestamp());
        await OpenAsync(plan.Upgrades);
        var elapsed = Stopwatch.GetElapsedTime(at);
        cpu = ServerFigures.Cpu(plan.ServerProcess) - cpu;
        return new(cpu.TotalMicroseconds / plan.Upgrades, elapsed.TotalMicroseconds / plan.Upgrades);
    }

    private Task OpenAsync(int upgrades) => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
    {
        for (var time = 0; time < upgrades / AtOnce; time++) await OpenAndCloseAsync(Interlocked.Increment(ref _begun)).WaitAsync(Patience);
    }));

    private async Task OpenAndCloseAsync(int number)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + number % Sources)]), 0));    // a pair of addresses has 28,000 ports
        await socket.ConnectAsync(IPAddress.Loopback, plan.Port);
        var client = plan.Clients ? $"20.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" : null;
        await socket.SendAsync(UpgradeRequest.For(plan.Port, "/ws", "gatehouse.v1", client));
        var buffer = new byte[2048];
        var length = 0;
        while (!HasFirstFrame(buffer.AsSpan(0, length)))
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (received == 0) throw new IOException($"An upgrade was not answered: {Encoding.ASCII.GetString(buffer, 0, length)}");
            length += received;
        }
        if (!buffer.AsSpan(0, length).StartsWith("HTTP/1.1 101"u8))
            throw new IOException($"An upgrade was refused: {Encoding.ASCII.GetString(buffer, 0, length)}");
        await socket.SendAsync(Close);
        while (await socket.ReceiveAsync(buffer) > 0) { }       // its own close frame, and then it closes the line
    }

    private static bool HasFirstFrame(ReadOnlySpan<byte> answer) =>
        answer.IndexOf("\r\n\r\n"u8) is >= 0 and var end && answer[end..].IndexOf("\"welcome\""u8) >= 0;
}
