using Gatehouse.EndToEnd.Harness;
using Gatehouse.EndToEnd.Probing;

namespace Gatehouse.EndToEnd.Dependencies;

/// <summary>The dependencies of a server, one of them at fault, and what becomes of the server.</summary>
/// <param name="Node">The node that must name the fault.</param>
/// <param name="Says">What it must say: what is wrong, and what to do.</param>
internal sealed record Faulty(string Node, params string[] Says) : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(4);       // many such servers at once

    private const string Wordy = "--Logging:LogLevel:Gatehouse=Trace";

    /// <summary>How the server connects to PostgreSQL.</summary>
    public required string Database { get; init; }

    /// <summary>How the server connects to Redis.</summary>
    public required string Redis { get; init; }

    /// <summary>Takes the fault away.</summary>
    public required Func<Task> MendAsync { get; init; }

    /// <summary>The cause that the five whys must end at, and no other, by its code in the catalogue; null if that is not asked.</summary>
    public string? Root { get; init; }

    /// <summary>What was made for this fault alone.</summary>
    public IReadOnlyList<IAsyncDisposable> Own { get; init; } = [];

    public ServerSetup Setup => new("--Ops:TokensPerSecond=0", Wordy)
    {
        Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = Database, ["ConnectionStrings__Redis"] = Redis },
    };

    /// <summary>
    /// A server is started: nothing opens while the fault is there, the node says it, and when it has been mended the server
    /// becomes ready by itself and serves a chat. It never shows a password.
    /// </summary>
    /// <param name="loud">Whoever has it may keep the machine busy; the others wait quietly.</param>
    /// <returns>How long after the fault was gone the server was ready, by its own account.</returns>
    public async Task<TimeSpan> ProveAsync(SemaphoreSlim? loud = null)
    {
        if (loud is not null) await loud.WaitAsync();
        try
        {
            await using var watched = await WatchedServer.LaunchAsync(Setup, Pace);
            var report = await watched.Probes.UntilAsync("/startup", IsNamed);
            Assert.Equal(503, report.Status);
            await watched.StaysClosedAsync();
            Assert.Contains(Says[0], (await watched.TimelineAsync()).GetRawText().Replace("\\u0027", "'"));
            if (Root is not null) await Explained.ByAsync(watched.Server, $"{Root}@{Node}");
            await HidesPasswordsAsync(watched.Server);

            var gone = DateTimeOffset.MaxValue;
            var ready = await watched.OpensAsync(
                async () =>
                {
                    await MendAsync();
                    gone = DateTimeOffset.UtcNow;
                },
                async () =>
                {
                    loud?.Release();
                    try
                    {
                        await watched.Probes.UntilAsync("/startup", answer => answer.Status == 200);
                    }
                    finally
                    {
                        if (loud is not null) await loud.WaitAsync();
                    }
                });

            await using var client = await WireClient.ConnectAsync(watched.Server.Port);
            await client.TurnAsync("how many connections?");
            await HidesPasswordsAsync(watched.Server);
            return ready - gone;
        }
        finally
        {
            loud?.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var each in Own) await each.DisposeAsync();
    }

    // The culprit says what is wrong; all others are up, or wait.
    private bool IsNamed(ProbeReport report) =>
        report.ReasonOf(Node) is { } reason && Says.All(reason.Contains) && report.StateOf("chat") == "waiting"
        && report.Nodes.All(node => node == Node || report.StateOf(node) is "ready" or "degraded" or "waiting");

    private static Task HidesPasswordsAsync(ServerProcess server) => server.HidesAsync(PostgresServer.Password, SharedDependencies.RedisPassword);
}
