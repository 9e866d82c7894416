using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Bench.Load.Pairs;

/// <summary>What a load is under which Redis ends; given to the load's process as one argument. Whoever gives it starts Redis again.</summary>
/// <param name="Tokens">Of the one answer that each thread gets.</param>
internal sealed record OutagePlan(Pair Pair, int RedisPort, int Threads, int Tokens, int PaceMs);

/// <summary>What came of it: tokens that their readers at B never got, of how many; the longest silence of a reader, in milliseconds.</summary>
/// <param name="Reconnects">Readers that were cut off and came back.</param>
internal sealed record OutageResult(int Lost, int Of, double Silence, int Reconnects);

/// <summary>
/// Answers that are asked for at A and read at B, a reader each. In the middle Redis is told to end without saving. Readers whose connection
/// breaks come back as their protocol allows. What has not come when all have been silent for long is lost.
/// </summary>
internal sealed class OutageLoad(OutagePlan plan)
{
    private static readonly TimeSpan RampUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UntilOutage = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongSilence = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Wire _wire = Wire.Of(plan.Pair.Wire);
    private readonly string _run = Guid.NewGuid().ToString("N")[..12];
    private int _reconnects;

    public async Task<OutageResult> MeasureAsync()
    {
        var threads = await Task.WhenAll(Enumerable.Range(0, plan.Threads)
            .Select(number => PairThread.OpenAsync(plan.Pair, _wire, $"o{_run}.{number}")));
        var readers = threads.Select(thread => new Follower(_wire, thread.Id, plan.Tokens)).ToArray();
        foreach (var reader in readers) await reader.ComeAsync(plan.Pair.PortB);
        await Task.Delay(TimeSpan.FromSeconds(1));
        using var stop = new CancellationTokenSource();
        var keepAlive = KeepAlive.RunAsync(
            _wire, readers.Select(static reader => reader.Peer).Concat(threads.Select(static thread => thread.Asking)), stop.Token);
        var staying = readers.Select(reader => StayAsync(reader, stop.Token)).ToArray();

        foreach (var thread in threads)
        {
            await thread.AskAsync(new(plan.Tokens, plan.PaceMs, MergeMs: 0, "number"));
            await Task.Delay(RampUp / plan.Threads);
        }
        await Task.Delay(UntilOutage);
        await EndRedisAsync();
        await SettledAsync(readers);

        await stop.CancelAsync();
        await Task.WhenAll(staying.Append(keepAlive));
        var of = plan.Threads * plan.Tokens;
        var result = new OutageResult(
            of - readers.Sum(static reader => reader.Has), of, readers.Max(static reader => reader.LongestSilence).TotalMilliseconds, _reconnects);
        foreach (var reader in readers) reader.Dispose();
        foreach (var thread in threads) thread.Dispose();
        return result;
    }

    private async Task StayAsync(Follower reader, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await reader.Peer.Ended.WaitAsync(stop);
                await Task.Delay(Pause, stop);
                await reader.ComeAsync(plan.Pair.PortB);
                Interlocked.Increment(ref _reconnects);
            }
            catch (Exception exception) when (exception is IOException or SocketException or TimeoutException or OperationCanceledException)
            {
                // Nobody is there yet, or the load is over; the loop knows.
            }
        }
    }

    private async Task EndRedisAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, plan.RedisPort);
        await socket.SendAsync("SHUTDOWN NOSAVE\r\n"u8.ToArray());
        await socket.ReceiveAsync(new byte[64]);        // it says nothing, and the line is cut
    }

    private async Task SettledAsync(Follower[] readers)
    {
        var whole = Task.WhenAll(readers.Select(static reader => reader.Whole));
        while (!whole.IsCompleted && readers.Min(static reader => reader.Silence) < LongSilence)
            await Task.WhenAny(whole, Task.Delay(Pause));
    }
}
