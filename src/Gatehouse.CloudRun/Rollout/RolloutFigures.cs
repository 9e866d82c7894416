namespace Gatehouse.CloudRun.Rollout;

/// <summary>What a rollout has measured besides its revisions.</summary>
internal sealed class RolloutFigures
{
    private readonly Dictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();        // guards _answers

    /// <summary>From the PUT until the candidate was ready.</summary>
    public TimeSpan? StartUp { get; set; }

    /// <summary>Of the server's own start, as it tells.</summary>
    public TimeSpan? OwnStartUp { get; set; }

    /// <summary>Sockets that the revision which was left had, before it was asked.</summary>
    public long? SocketsToMove { get; set; }

    public long? SocketsLeft { get; set; }

    public TimeSpan? Moved { get; set; }

    /// <summary>Synthetic turns that had to make up for users.</summary>
    public int MadeUp { get; set; }

    /// <summary>Null: it was not rolled back.</summary>
    public RollbackProof? Rollback { get; set; }

    public List<StepTime> Steps { get; } = [];

    /// <summary>Who answered upgrades at the service's own address.</summary>
    public IReadOnlyDictionary<string, int> Answers
    {
        get
        {
            lock (_gate) return new Dictionary<string, int>(_answers);
        }
    }

    public void Answered(string revision)
    {
        lock (_gate) _answers[revision] = _answers.GetValueOrDefault(revision) + 1;
    }
}

/// <summary>How long a step took.</summary>
public sealed record StepTime(RolloutStep Step, int Share, TimeSpan Took);

/// <summary>What shows that a rollback has worked; null where nothing could be seen.</summary>
/// <param name="Traffic">The service says that the old revision has all new connections.</param>
/// <param name="Answers">New connections that were tried, and how many of them the old revision answered.</param>
/// <param name="Sockets">That the candidate still had at the end; null if nobody can tell.</param>
/// <param name="IsDeleted">The candidate was deleted, and with it its sockets.</param>
public sealed record RollbackProof(bool Traffic, int Tried, int Answers, long? Sockets, bool IsDeleted, string? Fault)
{
    public bool IsProved => Traffic && Tried > 0 && Answers == Tried && (Sockets is 0 || IsDeleted) && Fault is null;
}
