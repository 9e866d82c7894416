using System.Diagnostics;

namespace Gatehouse.Bench.Load.Pairs;

/// <summary>What a streaming load of two instances is; given to the load's process as one argument.</summary>
/// <param name="Servers">The processes of both.</param>
/// <param name="Postgres">The first process of their database; null if they have none.</param>
/// <param name="Readers">Of each thread: the first at B, the next at A, and so on.</param>
internal sealed record PairStreamPlan(
    Pair Pair, int[] Servers, int Redis, int? Postgres, int Threads, int Readers, Answer Answer, int WarmSeconds, int MeasureSeconds);

/// <summary>What came of it: microseconds of processor time per delivered token, and how old tokens were, in milliseconds, if they say so.</summary>
/// <param name="Achieved">Tokens delivered, out of those that the pace promises.</param>
internal sealed record PairStreamResult(double Servers, double Redis, double? Postgres, double Achieved, double P50, double P99);

/// <summary>Threads that are answered all the time at A and read at both instances, or at B alone: when a turn ends, the next is asked for.</summary>
internal sealed class PairStreamLoad(PairStreamPlan plan)
{
    private static readonly TimeSpan RampUp = TimeSpan.FromSeconds(2);

    private sealed record Stream(PairThread Thread, Peer[] Readers);

    private readonly Wire _wire = Wire.Of(plan.Pair.Wire);
    private readonly string _run = Guid.NewGuid().ToString("N")[..12];
    private readonly Stream[] _streams = new Stream[plan.Threads];
    private readonly List<double> _ages = [];       // milliseconds; guarded by itself
    private volatile bool _open;

    private IEnumerable<Peer> Readers => _streams.SelectMany(stream => stream.Readers);

    public async Task<PairStreamResult> MeasureAsync()
    {
        await RampAsync(async number => _streams[number] = await OpenAsync(number));
        await Task.Delay(TimeSpan.FromSeconds(1));          // the first, short answers are over
        using var stop = new CancellationTokenSource();
        var keepAlive = KeepAlive.RunAsync(_wire, Readers.Concat(_streams.Select(stream => stream.Thread.Asking)), stop.Token);
        await RampAsync(number =>
        {
            var (thread, readers) = _streams[number];
            readers[0].TurnEnded = () => _ = thread.AskAsync(plan.Answer);
            return thread.AskAsync(plan.Answer);
        });
        await Task.Delay(TimeSpan.FromSeconds(plan.WarmSeconds));
        var result = await WindowAsync();
        await stop.CancelAsync();
        await keepAlive;
        if (Readers.Any(peer => peer.Ended.IsCompleted)) throw new InvalidOperationException("A server closed a connection.");
        foreach (var stream in _streams)
        {
            stream.Thread.Dispose();
            foreach (var reader in stream.Readers) reader.Dispose();
        }
        return result;
    }

    /// <summary>Spreads what is done for each thread, so that they are not in step.</summary>
    private async Task RampAsync(Func<int, Task> act)
    {
        var begun = Stopwatch.GetTimestamp();
        var acts = new List<Task>();
        for (var number = 0; number < plan.Threads; number++)
        {
            acts.Add(act(number));
            var due = RampUp * (number + 1) / plan.Threads - Stopwatch.GetElapsedTime(begun);
            if (due > TimeSpan.Zero) await Task.Delay(due);
        }
        await Task.WhenAll(acts);
    }

    private async Task<Stream> OpenAsync(int number)
    {
        var thread = await PairThread.OpenAsync(plan.Pair, _wire, $"p{_run}.{number}");
        var readers = new Peer[plan.Readers];
        for (var reader = 0; reader < readers.Length; reader++)
        {
            var heard = plan.Answer.Saying == "time" ? new Numbers(AddAge).Take : (MessageHeard?)null;
            readers[reader] = await Peer.ConnectAsync(_wire, reader % 2 == 0 ? plan.Pair.PortB : plan.Pair.PortA, source: 0, heard);
            await readers[reader].SendAsync(_wire.Join(thread.Id));
        }
        return new(thread, readers);
    }

    private async Task<PairStreamResult> WindowAsync()
    {
        var before = Cost.Of(plan);
        var (tokens, at) = (Readers.Sum(peer => peer.Tokens), Stopwatch.GetTimestamp());
        _open = true;
        await Task.Delay(TimeSpan.FromSeconds(plan.MeasureSeconds));
        _open = false;
        tokens = Readers.Sum(peer => peer.Tokens) - tokens;
        var cost = Cost.Of(plan);
        var promised = plan.Threads * plan.Readers * Stopwatch.GetElapsedTime(at).TotalSeconds * 1000 / plan.Answer.PaceMs;
        double[] ages;
        lock (_ages) ages = [.. _ages.Order()];
        return new(
            (cost.Servers - before.Servers).TotalMicroseconds / tokens, (cost.Redis - before.Redis).TotalMicroseconds / tokens,
            (cost.Postgres - before.Postgres)?.TotalMicroseconds / tokens, tokens / promised, At(0.5), At(0.99));

        double At(double share) => ages.Length == 0 ? 0 : ages[(int)(share * (ages.Length - 1))];
    }

    private void AddAge(long saidAt)
    {
        if (!_open) return;
        var age = Stopwatch.GetElapsedTime(saidAt).TotalMilliseconds;
        lock (_ages) _ages.Add(age);
    }

    /// <summary>The processor time that each has used so far.</summary>
    private sealed record Cost(TimeSpan Servers, TimeSpan Redis, TimeSpan? Postgres)
    {
        public static Cost Of(PairStreamPlan plan) => new(
            new(plan.Servers.Sum(static id => ServerFigures.Cpu(id).Ticks)), ServerFigures.Cpu(plan.Redis),
            plan.Postgres is { } postgres ? ServerFigures.CpuOfFamily(postgres) : null);
    }
}
