using System.Globalization;

namespace Gatehouse.Diagnosis;

/// <summary>What can be wrong with a process that lives.</summary>
internal static class ProcessCauses
{
    /// <summary>A pool that keeps work waiting for so long makes time-outs of its own. It serves nobody from 5 s on.</summary>
    private static readonly TimeSpan StarvedFrom = TimeSpan.FromSeconds(1);

    /// <summary>Smaller steps are what keeping time is.</summary>
    private static readonly TimeSpan JumpFrom = TimeSpan.FromSeconds(5);

    private const double FullFrom = 0.92;

    public static IReadOnlyList<Cause> Rows { get; } =
    [
        new("process.pool_starved", "The thread pool is starved")
        {
            Needs = "the pool takes 1 s or more to begin with a work item",
            Shows = static scene => scene.Process?.PoolDelay is { } delay && delay >= StarvedFrom
                ? Finding.Of(EvidenceSource.Process, Text($"the thread pool takes {delay.TotalSeconds:0.#} s to begin with a work item, {scene.Process.PoolQueue ?? 0} wait"), scene.Process.PoolSlowSince)
                : null,
            Why = "The process has no thread free for what is due, so that even good dependencies time out.",
            Lacks = "Code blocks threads of the pool while it waits, and nothing limits how much of it runs at once.",
            Remedies =
            [
                Do.Now("Raise the least number of threads, or take load off the instance.", "DOTNET_ThreadPool_ForceMinWorkerThreads=0x100", Owner.OnCall, Risk.Medium),
                Do.Next("Find what blocks.", "dotnet-stack report -p <pid>"),
                Do.Prevent("Forbid sync-over-async in the build, and alert on the pool's delay.", null),
            ],
        },
        new("process.memory_near_limit", "The memory is near its limit")
        {
            Needs = "memory in use is 92 % of the limit or more",
            Shows = static scene => scene.Process is { MemoryBytes: { } used, MemoryLimitBytes: > 0 and { } limit } && used >= limit * FullFrom
                ? Finding.Of(EvidenceSource.Process, Text($"{used >> 20} of {limit >> 20} MiB are in use"))
                : null,
            Why = "The process collects garbage instead of working, and the platform will kill it next.",
            Lacks = "Nothing in the process is bounded by the memory that it is given, or the limit does not fit the load.",
            Remedies =
            [
                Do.Now("Raise the limit, or spread the load over more instances.", "gcloud run services update <service> --memory=<more>", Owner.OnCall, Risk.Medium),
                Do.Next("Find what holds the memory.", "dotnet-gcdump collect -p <pid>"),
                Do.Prevent("Bound what is kept per connection, and alert at 80 %.", null),
            ],
        },
        new("process.clock_jump", "The clock jumped")
        {
            Needs = "a jump of the wall clock by 5 s or more, up to two minutes before the onset",
            Shows = static scene => scene.ClockJump(JumpFrom) is { } jump
                ? Finding.Of(EvidenceSource.Process, Text($"the wall clock jumped by {jump.By.TotalSeconds:0.#} s"), jump.At)
                : null,
            Why = "The wall clock of the machine jumped, so that leases, tokens and certificates are judged by a wrong time.",
            Lacks = "The host sets its clock in steps, or it was frozen, and nothing holds the two clocks against each other.",
            Remedies =
            [
                Do.Now("Restart the instance where the clock is wrong; leave it where it was put right.", null, Owner.OnCall, Risk.Medium),
                Do.Next("Look at the host's time service.", "chronyc tracking", Owner.Platform, Risk.None),
                Do.Prevent("Let the host slew its clock, never step it.", null, Owner.Platform),
            ],
        },
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
