using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Bench.Load;

/// <summary>What a load of held upgrades is; given to the load's process as one argument.</summary>
internal sealed record HeldLoadPlan(int Port, int Upgrades);

/// <summary>Milliseconds from the check that made the graph ready to the first and the last 101, as the clients got them.</summary>
internal sealed record HeldLoadResult(double First, double Last);

/// <summary>Upgrades that come before the server is ready, and are answered the moment it is.</summary>
internal sealed class HeldLoad(HeldLoadPlan plan)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);    // shorter than they are held

    private readonly HttpClient _http = new() { BaseAddress = new($"http://127.0.0.1:{plan.Port}"), Timeout = Patience };

    public async Task<HeldLoadResult> MeasureAsync()
    {
        var sockets = Enumerable.Range(0, plan.Upgrades)
            .Select(static _ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToArray();
        try
        {
            foreach (var socket in sockets)
            {
                await socket.ConnectAsync(IPAddress.Loopback, plan.Port);
                await socket.SendAsync(UpgradeRequest.For(plan.Port, "/ws", "gatehouse.v1"));
            }
            await AllHeldAsync();
            var answeredAt = await OpenAsync(sockets);
            var upAt = long.Parse(await _http.GetStringAsync("/world"), CultureInfo.InvariantCulture);
            return new(Since(answeredAt.Min()), Since(answeredAt.Max()));

            double Since(long at) => Stopwatch.GetElapsedTime(upAt, at).TotalMilliseconds;
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
            _http.Dispose();
        }
    }

    private async Task AllHeldAsync()
    {
        var all = string.Create(CultureInfo.InvariantCulture, $"state=\"held\"}} {plan.Upgrades}\n");
        var begun = Stopwatch.GetTimestamp();
        while (!(await _http.GetStringAsync("/metrics")).Contains(all, StringComparison.Ordinal))
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience) throw new TimeoutException($"Not all of {plan.Upgrades} upgrades are held.");
            await Task.Delay(20);
        }
        await Task.Delay(300);      // the server comes to rest
    }

    /// <summary>One loop takes the time of each answer; 500 readers would wait for each other.</summary>
    private async Task<long[]> OpenAsync(Socket[] sockets)
    {
        var (poll, answeredAt, buffer, open) = (new SocketPoll(sockets), new long[sockets.Length], new byte[4096], sockets.Length);
        var opening = _http.PostAsync("/world", null);
        for (var at = Stopwatch.GetTimestamp(); open > 0;)
        {
            if (Stopwatch.GetElapsedTime(at) > Patience) throw new TimeoutException($"{open} of {plan.Upgrades} upgrades were not answered.");
            foreach (var readable in poll.Wait(TimeSpan.FromMilliseconds(100)))
            {
                answeredAt[readable] = Stopwatch.GetTimestamp();
                var length = sockets[readable].Receive(buffer);
                if (!buffer.AsSpan(0, length).StartsWith("HTTP/1.1 101"u8))
                    throw new IOException($"An upgrade was refused: {Encoding.ASCII.GetString(buffer, 0, length)}");
                poll.Forget(readable);
                open--;
            }
        }
        (await opening).EnsureSuccessStatusCode();
        return answeredAt;
    }
}
