using Gatehouse.Admission;
using Gatehouse.Log.Redis;
using Gatehouse.Operations.Incidents;
using Gatehouse.Store.Postgres;

namespace Gatehouse;

/// <summary>
/// How the backend behaves; immutable. Bound from configuration; docs/configuration.md
/// gives each key, unit, default and reason.
/// </summary>
public sealed record GatehouseOptions
{
    /// <summary>Where the embedded store keeps its file. Default <c>data</c> in the working directory.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>The agent that answers where a client names none; null for the first that was added.</summary>
    public string? DefaultAgent { get; init; }

    /// <summary>About this long between two appends of streaming text, on beats that all runs share. Default 40 ms: 25 events a second read as fluently as 150 do.</summary>
    public TimeSpan AppendInterval { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>Longest time of a run. Default 10 min.</summary>
    public TimeSpan RunBudget { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Most model calls of a run. Default 50.</summary>
    public int RunSteps { get; init; } = 50;

    /// <summary>How often an idle connection hears from the server. Default 20 s; a peer that is silent for 45 s is dead.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>First step of the clients' reconnection delay. Default 500 ms.</summary>
    public TimeSpan Reconnect { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Events kept in a thread's log. Default 2,000.</summary>
    public int LogWindow { get; init; } = 2000;

    /// <summary>How long a log is kept after its last append. Default 1 h.</summary>
    public TimeSpan LogKeep { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Origins of other pages that may open a WebSocket; <c>*</c> for all. Default none: the server's own origin always may.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Whom the front door lets in, and what becomes of those who come too early.</summary>
    public AdmissionOptions Admission { get; init; } = new();

    /// <summary>When there is an incident, and what follows.</summary>
    internal IncidentOptions Incidents { get; init; } = new();

    /// <summary>The database that instances share; null: the embedded store.</summary>
    internal PostgresAddress? Database { get; init; }

    /// <summary>What carries the conversations between instances; null: this instance is alone.</summary>
    internal RedisAddress? Redis { get; init; }

    /// <summary>Whether the store outlives this machine, and another instance may go on with the threads of this one.</summary>
    internal bool IsDistributed => Database is not null;

    /// <summary>How long a claim and a renewal last. Default 15 s; renewed three times in that time.</summary>
    internal TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest time of a drain. Default 8 s: it fits into the 10 s that Cloud Run gives.</summary>
    internal TimeSpan DrainBudget { get; init; } = TimeSpan.FromSeconds(8);

    internal int FeedEvents => 512;

    internal int FeedBytes => 1024 * 1024;

    /// <summary>Bytes that a run holds in memory while the log is away; then it stops reading from the model.</summary>
    internal long HeldBytes => 4 * 1024 * 1024;
}
