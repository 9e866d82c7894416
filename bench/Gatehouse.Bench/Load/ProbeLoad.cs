using System.Diagnostics;

namespace Gatehouse.Bench.Load;

/// <summary>What a load of probes is; given to the load's process as one argument.</summary>
/// <param name="PerSecond">Of all paths and connections together.</param>
internal sealed record ProbeLoadPlan(int Port, string[] Paths, int PerSecond, int Connections, int Requests);

/// <summary>What came of it, in milliseconds.</summary>
/// <param name="Late">How late the load itself was, 99 of 100: so much of the rest may be its own fault.</param>
/// <param name="Sent">All requests, those of the first second included.</param>
internal sealed record ProbeLoadResult(double P50, double P99, double P999, double Max, double Late, int Sent);

/// <summary>
/// Requests at fixed times over connections that stay open, whether or not earlier ones have been answered. Each latency counts from the
/// time at which the request was due: what a slow answer holds up is late, and not left out. The first second is not measured.
/// </summary>
internal sealed class ProbeLoad(ProbeLoadPlan plan)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly int _all = plan.PerSecond + plan.Requests;
    private readonly double[] _latencies = new double[plan.PerSecond + plan.Requests];
    private readonly double[] _lateness = new double[plan.PerSecond + plan.Requests];

    public ProbeLoadResult Measure()
    {
        var lines = Enumerable.Range(0, plan.Connections).Select(_ => new ProbeLine(plan.Port)).ToArray();
        try
        {
            Run(lines, new SocketPoll([.. lines.Select(static line => line.Socket)]));
        }
        finally
        {
            foreach (var line in lines) line.Dispose();
        }
        var (latencies, lateness) = (_latencies[plan.PerSecond..], _lateness[plan.PerSecond..]);
        Array.Sort(latencies);
        Array.Sort(lateness);
        return new(At(latencies, 0.5), At(latencies, 0.99), At(latencies, 0.999), latencies[^1], At(lateness, 0.99), _all);
    }

    private void Run(ProbeLine[] lines, SocketPoll poll)
    {
        var begun = Stopwatch.GetTimestamp();
        var (next, answered, heardAt) = (0, 0, begun);
        while (answered < _all)
        {
            for (; next < _all && Due(next) <= Stopwatch.GetTimestamp(); next++) lines[next % lines.Length].Add(next);
            foreach (var line in lines) SendNext(line);
            var rest = next < _all ? Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), Due(next)) : Patience;
            foreach (var readable in poll.Wait(rest))
            {
                if (!lines[readable].Receive()) continue;
                heardAt = Stopwatch.GetTimestamp();
                var request = lines[readable].Answered();
                _latencies[request] = Stopwatch.GetElapsedTime(Due(request), heardAt).TotalMilliseconds;
                answered++;
            }
            if (Stopwatch.GetElapsedTime(heardAt) > Patience)
                throw new TimeoutException($"A probe was not answered within {Patience.TotalSeconds} s.");
        }

        long Due(int request) => begun + (long)((double)request / plan.PerSecond * Stopwatch.Frequency);

        void SendNext(ProbeLine line)
        {
            if (line.Next is not { } request) return;
            // Only where the line was free: else it was the server that was late.
            if (line.IsFresh) _lateness[request] = Stopwatch.GetElapsedTime(Due(request)).TotalMilliseconds;
            line.Send(plan.Paths[request % plan.Paths.Length]);
        }
    }

    private static double At(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
