namespace Gatehouse.Diagnosis;

/// <summary>What kind of harm is seen.</summary>
public enum SymptomKind
{
    /// <summary>Anything else; the text says what.</summary>
    Other,

    /// <summary>The service cannot be reached at all.</summary>
    Unreachable,

    /// <summary>WebSocket upgrades are refused.</summary>
    UpgradeRefused,

    /// <summary>Open connections are cut.</summary>
    ConnectionCut,

    /// <summary>Messages are not answered, or with an error.</summary>
    TurnFailed,

    /// <summary>The start does not end.</summary>
    StartFailed,

    /// <summary>The instance was ready and is not.</summary>
    ReadinessLost,

    /// <summary>One node is not well, and nobody is harmed yet.</summary>
    NodeDown,

    /// <summary>It works, but slowly.</summary>
    Slow,
}

/// <summary>What somebody has seen: where the chain of whys begins.</summary>
public sealed record Symptom
{
    /// <summary>What kind of harm it is.</summary>
    public required SymptomKind Kind { get; init; }

    /// <summary>The node it shows at; null where it shows at the front door.</summary>
    public string? Node { get; init; }

    /// <summary>The layer of the probe it shows at; null if it was not seen by a probe.</summary>
    public ProbeLayer? Layer { get; init; }

    /// <summary>When it began; null: when the first of its victims fell.</summary>
    public DateTimeOffset? Onset { get; init; }

    /// <summary>In words, such as <c>89 upgrades refused with 503</c>.</summary>
    public string? Text { get; init; }
}
