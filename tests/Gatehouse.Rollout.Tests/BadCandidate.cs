using Gatehouse.CloudRun.Rollout;

namespace Gatehouse.Rollout.Tests;

/// <summary>A candidate with a fault, and where and by what it has to be caught.</summary>
/// <param name="Seconds">Of what takes time.</param>
/// <param name="Measures">One of them breaks first.</param>
/// <param name="StartUpSeconds">The limit that it is given.</param>
/// <param name="SoakSeconds">How long its sockets are held.</param>
internal sealed record BadCandidate(string Fault, double Seconds, RolloutStep[] Steps, string[] Measures, double StartUpSeconds = 30, double SoakSeconds = 3)
{
    public static IReadOnlyList<BadCandidate> All { get; } =
    [
        new("failing-upgrades", 0, [RolloutStep.Verify], ["upgrade_success"]),
        new("slow-tokens", 2.5, [RolloutStep.Verify], ["first_event"]),
        new("never-drains", 0, [RolloutStep.Shift], ["health"]),
        new("crash-with-users", 0, [RolloutStep.Shift], ["upgrade_success", "turns", "dropped", "health", "503_share", "revision"]),
        // From here on in the long form; in the short one the in-process platform decides about the like.
        new("never-listens", 0, [RolloutStep.Candidate], ["start_up", "ready"], 10),
        new("listens-late", 15, [RolloutStep.Candidate], ["start_up"], 10),
        new("missing-migration", 0, [RolloutStep.Candidate], ["start_up", "ready"], 10),
        new("crash", 4, [RolloutStep.Candidate, RolloutStep.Verify, RolloutStep.Shift], ["upgrade_success", "turns", "dropped", "health", "503_share"]),
        new("leak", 0, [RolloutStep.Verify, RolloutStep.Shift], ["memory"]),
        new("no-first-event", 0, [RolloutStep.Verify], ["turns"]),
        new("drops", 6, [RolloutStep.Verify], ["dropped", "turns"], SoakSeconds: 9),      // 30 s and 45 s of the platform
        new("lying-startup", 0, [RolloutStep.Verify], ["upgrade_success"]),
        new("wrong-revision", 0, [RolloutStep.Verify], ["revision"]),
    ];

    public const int InShortForm = 4;
}
