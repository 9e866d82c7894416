using System.Diagnostics;
using Gatehouse.Consistency.Clusters;

namespace Gatehouse.Consistency.Faults;

/// <summary>
/// Breaks a cluster for a given time, or until every fault has come. Every fault comes once, in an order that the seed decides, before any comes again; with
/// <paramref name="hands"/> above one, several are under way at once. When it is done everything is mended.
/// </summary>
internal sealed class Nemesis(Cluster cluster, IReadOnlyList<Fault> faults, int seed, int hands, Action<string> tell)
{
    private readonly Lock _gate = new();            // guards all below
    private readonly Random _random = new(seed);
    private readonly Queue<Fault> _next = [];
    private readonly Dictionary<string, int> _done = [];
    private readonly SemaphoreSlim _processes = new(1);     // starting and stopping processes is done one at a time

    /// <summary>How often each fault came.</summary>
    public IReadOnlyDictionary<string, int> Done => _done;

    public async Task RunAsync(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, hands).Select(async _ =>
        {
            while (watch.Elapsed < time || IsOneLeft())
            {
                var (fault, random) = Next();
                tell($"{watch.Elapsed.TotalSeconds:0.0} s: {fault.Name}");
                await DoAsync(fault, random);
                await Fault.HoldAsync(random, 100, 900);
            }
        }));
    }

    private async Task DoAsync(Fault fault, Random random)
    {
        if (LineFaults.All.Contains(fault))
        {
            await fault.Do(cluster, random);
            return;
        }
        await _processes.WaitAsync();
        try
        {
            await fault.Do(cluster, random);
        }
        finally
        {
            _processes.Release();
        }
    }

    private bool IsOneLeft()
    {
        lock (_gate) return _done.Count < faults.Count;
    }

    private (Fault, Random) Next()
    {
        lock (_gate)
        {
            if (_next.Count == 0)
            {
                Fault[] all = [.. faults];
                _random.Shuffle(all);
                foreach (var each in all) _next.Enqueue(each);
            }
            var fault = _next.Dequeue();
            _done[fault.Name] = _done.GetValueOrDefault(fault.Name) + 1;
            return (fault, new Random(_random.Next()));
        }
    }
}
