using System.Text.Json.Serialization;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>Where a rollout is. They follow in this order; <see cref="RollBack"/> can follow any from <see cref="Candidate"/> to <see cref="Shift"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RolloutStep>))]
public enum RolloutStep
{
    /// <summary>The manifest, and the service as it is. Nothing is changed.</summary>
    Preflight,

    /// <summary>The schema, for both revisions.</summary>
    Migrate,

    /// <summary>The new revision starts, with a tag and without traffic.</summary>
    Candidate,

    /// <summary>It is tried over WebSocket, at its tag.</summary>
    Verify,

    /// <summary>It gets new connections, share by share.</summary>
    Shift,

    /// <summary>The old revision's sockets are asked to come over.</summary>
    Move,

    /// <summary>The tags go.</summary>
    CleanUp,

    /// <summary>The old revision gets all traffic and the candidate's sockets back.</summary>
    RollBack,

    /// <summary>The end.</summary>
    Done,
}
