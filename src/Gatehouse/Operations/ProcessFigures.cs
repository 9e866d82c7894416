using System.Diagnostics;

namespace Gatehouse.Operations;

/// <summary>What this process uses, at one moment.</summary>
internal sealed record ProcessFigures(
    long WorkingSetBytes,
    long HeapBytes,
    long CommittedBytes,
    int Collections,
    int Threads,
    int PoolThreads,
    long PoolQueue,
    double CpuSeconds,
    double UptimeSeconds,
    int Processors)
{
    public static ProcessFigures Now(TimeProvider clock)
    {
        using var process = Process.GetCurrentProcess();
        var uptime = clock.GetUtcNow() - process.StartTime.ToUniversalTime();
        return new ProcessFigures(
            Environment.WorkingSet,
            GC.GetTotalMemory(forceFullCollection: false),
            GC.GetGCMemoryInfo().TotalCommittedBytes,
            GC.CollectionCount(0),
            process.Threads.Count,
            ThreadPool.ThreadCount,
            ThreadPool.PendingWorkItemCount,
            Math.Round(process.TotalProcessorTime.TotalSeconds, 3),
            Math.Round(Math.Max(0, uptime.TotalSeconds), 1),
            Environment.ProcessorCount);
    }
}
