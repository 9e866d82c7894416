namespace Gatehouse.Diagnosis;

/// <summary>What was done to the service.</summary>
public enum MarkKind
{
    /// <summary>Anything else; the text says what.</summary>
    Other,

    /// <summary>A deployment began.</summary>
    DeploymentStarted,

    /// <summary>A deployment ended well.</summary>
    DeploymentFinished,

    /// <summary>A deployment was given up.</summary>
    DeploymentFailed,

    /// <summary>A migration began.</summary>
    MigrationBegan,

    /// <summary>A migration ended well.</summary>
    MigrationLanded,

    /// <summary>A migration ended with an error.</summary>
    MigrationFailed,

    /// <summary>An instance started.</summary>
    InstanceStarted,

    /// <summary>An instance ended.</summary>
    InstanceEnded,

    /// <summary>A drain began.</summary>
    DrainBegan,

    /// <summary>A drain ended.</summary>
    DrainEnded,

    /// <summary>Configuration or a secret was changed.</summary>
    ConfigurationChanged,
}

/// <summary>Something that was done to the service.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What.</param>
/// <param name="Text">In words, such as the migration's name; null if the kind says all.</param>
public sealed record Mark(DateTimeOffset At, MarkKind Kind, string? Text = null);
