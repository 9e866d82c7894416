namespace Gatehouse.Diagnosis;

/// <summary>When a remedy is due.</summary>
public enum RemedyTime
{
    /// <summary>At once: it ends the harm.</summary>
    Now,

    /// <summary>Next: it mends what is broken.</summary>
    Next,

    /// <summary>So that it does not come again.</summary>
    Prevent,
}

/// <summary>What a remedy can spoil.</summary>
public enum Risk
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Little, and for a moment.</summary>
    Low,

    /// <summary>Connections, or a part of the service for a while.</summary>
    Medium,

    /// <summary>Data, or the whole service.</summary>
    High,
}

/// <summary>Whose a remedy is.</summary>
public enum Owner
{
    /// <summary>Who is on call.</summary>
    OnCall,

    /// <summary>Who writes the service.</summary>
    Developers,

    /// <summary>Who keeps the database or Redis.</summary>
    Data,

    /// <summary>Who keeps the platform, the network and the pipeline.</summary>
    Platform,

    /// <summary>Somebody else's service.</summary>
    Vendor,
}

/// <summary>One thing to do.</summary>
public sealed record Remedy
{
    /// <summary>When.</summary>
    public required RemedyTime When { get; init; }

    /// <summary>What, in words.</summary>
    public required string Text { get; init; }

    /// <summary>The command that does it or shows more, with <c>&lt;placeholders&gt;</c>; null where there is none.</summary>
    public string? Command { get; init; }

    /// <summary>Whose it is.</summary>
    public required Owner Owner { get; init; }

    /// <summary>What it can spoil.</summary>
    public required Risk Risk { get; init; }

    /// <summary>Whether it can be undone.</summary>
    public required bool IsReversible { get; init; }
}
