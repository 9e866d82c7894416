using Gatehouse.Consistency.Clusters;

namespace Gatehouse.Consistency.Faults;

/// <summary>What happens to servers.</summary>
internal static class ServerFaults
{
    // Longer than the lease of a consistency run, so that the paused server's threads have other owners when it wakes.
    private const int LongPauseMs = 5000;

    /// <summary>What a deployment does: one server after the other is asked to end, and started again.</summary>
    public static Fault Roll { get; } = new("SIGTERM roll of all servers", RollAsync);

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("kill -9 of a server", KillAsync),
        Roll,
        new("a server paused past its lease", PauseAsync),
    ];

    private static async Task KillAsync(Cluster cluster, Random random)
    {
        var member = Fault.Any(cluster, random);
        await member.Server.KillAsync();
        await Fault.HoldAsync(random, 100, 1500);
        member.LaunchAgain();
        await member.Server.ReadyAsync();
    }

    private static async Task RollAsync(Cluster cluster, Random random)
    {
        foreach (var member in cluster.Members)
        {
            member.Server.Terminate();
            var code = await member.Server.ExitAsync();
            if (code != 0) throw new InvalidOperationException($"{member} ended with {code}: {member.Server.Output}");
            member.LaunchAgain();
            await member.Server.ReadyAsync();
            await Fault.HoldAsync(random, 0, 300);
        }
    }

    private static async Task PauseAsync(Cluster cluster, Random random)
    {
        var member = Fault.Any(cluster, random);
        member.Server.Signal(UnixSignal.Stop);
        await Fault.HoldAsync(random, LongPauseMs, LongPauseMs + 1500);
        member.Server.Signal(UnixSignal.Continue);
    }
}
