using System.Diagnostics;

namespace Gatehouse.Bench.Load.Pairs;

/// <summary>What a load of readers is who miss something; given to the load's process as one argument.</summary>
/// <param name="Missed">Events that happen while they are away, one a token.</param>
/// <param name="PaceMs">Longer than any server merges.</param>
internal sealed record ResumePlan(Pair Pair, int Readers, int Missed, int PaceMs);

/// <summary>Milliseconds from before the connection to the last missed event, for each reader that got them all.</summary>
/// <param name="Events">In how many events they came, at least.</param>
/// <param name="NotResumed">Readers that did not get them all.</param>
internal sealed record ResumeResult(double[] Took, int Events, int NotResumed);

/// <summary>
/// Readers at instance A are cut off in the middle of an answer; when it has ended, they come to instance B one after the other.
/// </summary>
internal sealed class ResumeLoad(ResumePlan plan)
{
    private const int Before = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Wire _wire = Wire.Of(plan.Pair.Wire);

    public async Task<ResumeResult> MeasureAsync()
    {
        var tokens = Before + plan.Missed;
        using var thread = await PairThread.OpenAsync(plan.Pair, _wire, $"r{Guid.NewGuid():N}"[..16]);
        using var witness = new Follower(_wire, thread.Id, tokens);
        var readers = Enumerable.Range(0, plan.Readers).Select(_ => new Follower(_wire, thread.Id, tokens)).ToArray();
        foreach (var reader in readers.Append(witness)) await reader.ComeAsync(plan.Pair.PortA);
        await Task.Delay(TimeSpan.FromSeconds(1));
        using var stop = new CancellationTokenSource();
        var keepAlive = KeepAlive.RunAsync(_wire, [witness.Peer, thread.Asking], stop.Token);

        var left = readers.Select(LeaveAsync).ToArray();
        await thread.AskAsync(new(tokens, plan.PaceMs, MergeMs: 0, "number"));
        await Task.WhenAll(left);
        await witness.Whole.WaitAsync(TimeSpan.FromMilliseconds(2 * tokens * plan.PaceMs) + Patience);
        await Task.Delay(TimeSpan.FromSeconds(1));          // the answer is stored, the servers come to rest

        var took = new List<double>();
        foreach (var reader in readers)
            if (await ComeBackAsync(reader) is { } time) took.Add(time.TotalMilliseconds);
        await stop.CancelAsync();
        await keepAlive;
        return new([.. took], readers.Min(static reader => reader.Events), plan.Readers - took.Count);
    }

    private static async Task LeaveAsync(Follower reader)
    {
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        reader.Heard = () =>
        {
            if (reader.Has == Before) enough.TrySetResult();
        };
        await enough.Task.WaitAsync(Patience);
        reader.Leave();
    }

    private async Task<TimeSpan?> ComeBackAsync(Follower reader)
    {
        var at = Stopwatch.GetTimestamp();
        await reader.ComeAsync(plan.Pair.PortB);
        try
        {
            await reader.Whole.WaitAsync(Patience);
            return Stopwatch.GetElapsedTime(at);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            reader.Leave();
            await Task.Delay(100);      // each meets an instance at rest
        }
    }
}
