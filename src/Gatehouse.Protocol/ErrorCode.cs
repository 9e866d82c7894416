namespace Gatehouse.Protocol;

/// <summary>A refusal's stable name and whether the same command may be sent again. The table stands in docs/protocol.md §6.</summary>
public readonly record struct ErrorCode(string Name, bool Retry)
{
    public static readonly ErrorCode InvalidJson = new("invalid_json", false);
    public static readonly ErrorCode InvalidCommand = new("invalid_command", false);
    public static readonly ErrorCode UnknownType = new("unknown_type", false);
    public static readonly ErrorCode TooDeep = new("too_deep", false);
    public static readonly ErrorCode TextTooLong = new("text_too_long", false);
    public static readonly ErrorCode UnknownThread = new("unknown_thread", false);
    public static readonly ErrorCode UnknownRun = new("unknown_run", false);
    public static readonly ErrorCode UnknownAgent = new("unknown_agent", false);
    public static readonly ErrorCode UnknownInterrupt = new("unknown_interrupt", false);
    public static readonly ErrorCode Conflict = new("conflict", false);
    public static readonly ErrorCode TooManySubscriptions = new("too_many_subscriptions", false);
    public static readonly ErrorCode Unsupported = new("unsupported", false);
    public static readonly ErrorCode QueueFull = new("queue_full", true);
    public static readonly ErrorCode Unavailable = new("unavailable", true);
    public static readonly ErrorCode Internal = new("internal", true);

    /// <summary>Every code, in the order of the table.</summary>
    public static readonly IReadOnlyList<ErrorCode> All =
    [
        InvalidJson, InvalidCommand, UnknownType, TooDeep, TextTooLong, UnknownThread, UnknownRun, UnknownAgent,
        UnknownInterrupt, Conflict, TooManySubscriptions, Unsupported, QueueFull, Unavailable, Internal,
    ];

    /// <summary>Whether a command refused with <paramref name="code"/> may be sent again; false for a code this build does not know.</summary>
    public static bool MayRetry(string? code) => All.Any(known => known.Name == code && known.Retry);

    public override string ToString() => Name;
}
