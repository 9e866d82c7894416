namespace Gatehouse.Diagnosis;

/// <summary>What the catalogue's rows may ask about one node or provider.</summary>
internal sealed class Clue(Scene scene, NodeEvidence node, NodeKind kind, IReadOnlyList<Sign> signs, NodeStory? story = null)
{
    /// <summary>A migration that takes longer waits for something.</summary>
    private static readonly TimeSpan LongMigration = TimeSpan.FromSeconds(60);

    // What the outside world does to a correct check, as the readiness library has it.
    private static readonly string[] TheWorlds =
    [
        "IOException", "SocketException", "WebSocketException", "HttpRequestException", "TimeoutException", "EndOfStreamException",
        "OperationCanceledException", "TaskCanceledException", "AuthenticationException", "HttpIOException",
        "NpgsqlException", "PostgresException", "SqliteException", "MySqlException", "SqlException",
        "RedisException", "RedisConnectionException", "RedisTimeoutException", "RedisServerException", "StoreException", "LogAwayException",
    ];

    public NodeEvidence Node => node;

    public NodeKind Kind => kind;

    public IReadOnlyList<Sign> Signs => signs;

    public bool IsSlowProvider { get; init; }

    public bool Has(string signature) => signs.Any(sign => sign.Signature == signature);

    /// <summary>How often the connection broke or the peer restarted; that a connection came back is no break.</summary>
    public int Breaks => Math.Max(
        signs.Count(static sign => sign.Signature == "break" && !IsRestart(sign) && sign.Reason?.Contains("came back", StringComparison.Ordinal) != true),
        signs.Count(IsRestart));

    /// <summary>Whether one of the breaks says that the peer is another process than before.</summary>
    public bool Restarted => signs.Any(IsRestart);

    /// <summary>Whether the check threw what no dependency throws.</summary>
    public bool Crashes => signs.Any(static sign => sign.Signature is { } name
        && (name == "NoResult" || (name.EndsWith("Exception", StringComparison.Ordinal) && !TheWorlds.Contains(name, StringComparer.Ordinal))));

    public bool MigrationHangs =>
        scene.LastMigration is { Kind: MarkKind.MigrationBegan } began && scene.At - began.At >= LongMigration;

    public bool MigrationFailed => scene.LastMigration is { Kind: MarkKind.MigrationFailed };

    /// <summary>Whether what is missing had been there: its history says so, or it was well.</summary>
    public bool SchemaWasWhole =>
        signs.Any(static sign => sign.Reason?.Contains("By its history", StringComparison.Ordinal) == true)
        || scene.LastMigration is { Kind: MarkKind.MigrationLanded }
        || (signs.Count > 0 && (node.LastGood < signs[0].At || node.Events.Any(each => each.State == Readiness.NodeState.Ready && each.At < signs[0].At)));

    public bool IsSilentButWell => story is { Recheck.Outcome: RecheckOutcome.Up, Node: { State: Readiness.NodeState.Unknown, Runs: > 0 } };

    /// <summary>What the peer itself says goes before what the line to it shows.</summary>
    public Cause? Match(IReadOnlyList<Cause> rows) => rows.FirstOrDefault(row => row.IsOwn && Fits(row)) ?? rows.FirstOrDefault(Fits);

    private bool Fits(Cause row) =>
        (row.Signatures.Count > 0 || row.When is not null)
        && (row.Signatures.Count == 0 || signs.Any(sign => sign.Signature is { } signature && row.Signatures.Contains(signature)))
        && (row.Homes.Count == 0 || row.Homes.Contains(kind))
        && row.When?.Invoke(this) is null or true;

    private static bool IsRestart(Sign sign) => sign.Signature == "restart"
        || (sign.Signature == "break" && sign.Reason is { } reason
            && (reason.Contains("restarted", StringComparison.Ordinal) || reason.Contains("run_id", StringComparison.Ordinal)));
}
