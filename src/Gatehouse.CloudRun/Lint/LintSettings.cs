namespace Gatehouse.CloudRun.Lint;

/// <summary>What is asked of a manifest.</summary>
public sealed record LintSettings
{
    public LintTarget Target { get; init; } = LintTarget.CloudRun;

    /// <summary>Whether the services serve WebSockets. Default true, because a chat does; without, the rules about sockets are left out.</summary>
    public bool HasSockets { get; init; } = true;

    /// <summary>Rules, by id or name, whose findings are left out.</summary>
    public IReadOnlySet<string> Ignored { get; init; } = new HashSet<string>();
}
