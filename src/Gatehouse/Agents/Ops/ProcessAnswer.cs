using Gatehouse.Operations;

namespace Gatehouse.Agents.Ops;

/// <summary>What the process uses.</summary>
internal static class ProcessAnswer
{
    // A queue that outgrows the pool means that work waits for threads, not for I/O.
    private const int QueuePerThread = 10;

    public static string Write(ProcessFigures process)
    {
        var cores = process.UptimeSeconds > 0 ? process.CpuSeconds / process.UptimeSeconds : 0;
        var queue = process.PoolQueue > process.PoolThreads * QueuePerThread
            ? "; work is waiting for threads, which delays everything"
            : "";
        return FormattableString.Invariant(
            $"""
            **The process uses {Wording.Megabytes(process.WorkingSetBytes)} of memory** and has been up for {Wording.Seconds(process.UptimeSeconds)}.

            - Managed heap: {Wording.Megabytes(process.HeapBytes)} in use, {Wording.Megabytes(process.CommittedBytes)} committed at the last of {Wording.Count(process.Collections, "collection")}
            - CPU: {Wording.Seconds(process.CpuSeconds)} so far, on average {100 * cores:0.#} % of one of {Wording.Count(process.Processors, "processor")}
            - Threads: {process.Threads}, of which {process.PoolThreads} in the pool
            - Thread-pool queue: {Wording.Count(process.PoolQueue, "item")}{queue}
            """);
    }
}
