using System.Diagnostics;

namespace Gatehouse.Bench.Load;

/// <summary>What a streaming load is; given to the load's process as one argument.</summary>
/// <param name="Readers">Of each thread, each on a connection of its own.</param>
internal sealed record StreamLoadPlan(
    string Wire, int Port, int ServerProcess, int Threads, int Readers, Answer Answer, int WarmSeconds, int MeasureSeconds);

/// <summary>What came of it.</summary>
/// <param name="Achieved">Tokens delivered, out of those that the pace promises.</param>
internal sealed record StreamLoadResult(double CpuMicrosecondsPerToken, double Achieved, double TokensPerSecond);

/// <summary>Threads that are answered all the time: when a turn ends, its first reader asks for the next.</summary>
internal sealed class StreamLoad(StreamLoadPlan plan)
{
    private static readonly TimeSpan RampUp = TimeSpan.FromSeconds(2);

    private readonly Wire _wire = Wire.Of(plan.Wire);
    private readonly string _run = Guid.NewGuid().ToString("N")[..12];
    private readonly List<Peer> _peers = [];

    public async Task<StreamLoadResult> MeasureAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var opening = new List<Task>();
        for (var thread = 0; thread < plan.Threads; thread++)
        {
            opening.Add(OpenThreadAsync(thread));
            var due = RampUp * (thread + 1) / plan.Threads - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero) await Task.Delay(due);
        }
        await Task.WhenAll(opening);
        using var stop = new CancellationTokenSource();
        var keepAlive = KeepAlive.RunAsync(_wire, _peers, stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(plan.WarmSeconds));
        var result = await WindowAsync();
        await stop.CancelAsync();
        await keepAlive;
        if (_peers.Any(peer => peer.Ended.IsCompleted)) throw new InvalidOperationException("The server closed a connection.");
        foreach (var peer in _peers) peer.Dispose();
        return result;
    }

    private async Task<StreamLoadResult> WindowAsync()
    {
        var (tokens, cpu, at) = (Tokens(), ServerFigures.Cpu(plan.ServerProcess), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(plan.MeasureSeconds));
        tokens = Tokens() - tokens;
        cpu = ServerFigures.Cpu(plan.ServerProcess) - cpu;
        var seconds = Stopwatch.GetElapsedTime(at).TotalSeconds;
        var promised = plan.Threads * plan.Readers * seconds * 1000 / plan.Answer.PaceMs;
        return new(cpu.TotalMicroseconds / tokens, tokens / promised, tokens / seconds);
    }

    private long Tokens() => _peers.Sum(peer => peer.Tokens);

    private async Task OpenThreadAsync(int thread)
    {
        var threadId = $"t{_run}.{thread}";
        var first = await ConnectAsync();
        var turn = 0;
        first.TurnEnded = () => _ = first.SendAsync(_wire.Run(threadId, ++turn, plan.Answer));
        await first.SendAsync(_wire.Run(threadId, 0, plan.Answer));
        await first.FirstToken.WaitAsync(TimeSpan.FromSeconds(30));
        for (var reader = 1; reader < plan.Readers; reader++) await (await ConnectAsync()).SendAsync(_wire.Join(threadId));
    }

    private async Task<Peer> ConnectAsync()
    {
        var peer = await Peer.ConnectAsync(_wire, plan.Port, source: 0);
        lock (_peers) _peers.Add(peer);
        return peer;
    }
}
