using Gatehouse.CloudRun.Api;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>What a rollout works with.</summary>
public sealed record RolloutTools
{
    public required CloudRunApi Api { get; init; }

    public required TimeProvider Clock { get; init; }

    public required RolloutOwner Owner { get; init; }

    public RolloutSettings Settings { get; init; } = new();

    public VerifySettings Verify { get; init; } = new();

    public Thresholds Thresholds { get; init; } = new();

    /// <summary>Null: there is nothing to migrate.</summary>
    public IMigration? Migration { get; init; }

    /// <summary>Takes a migration back that the old revision cannot live with. Null: it stands.</summary>
    public IMigration? Undo { get; init; }

    /// <summary>Null: sockets stay where they are until they end.</summary>
    public ISocketMover? Mover { get; init; }

    /// <summary>Judges the manifest: the errors, none if it may be deployed. Null: not asked.</summary>
    public Func<RolloutRequest, IReadOnlyList<string>>? Lint { get; init; }

    public IRolloutJournal? Journal { get; init; }

    /// <summary>Whether an owner of an unfinished rollout is known not to run any more. Default: if it ran on this host and its process is gone.</summary>
    public Func<RolloutOwner, bool> IsGone { get; init; } = OwnerProcess.IsGone;
}
