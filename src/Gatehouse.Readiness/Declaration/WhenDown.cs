namespace Gatehouse.Readiness;

/// <summary>What the front door does when a required node falls after the start.</summary>
public enum WhenDown
{
    /// <summary>New work is refused: nothing can be served without the node.</summary>
    Refuse,

    /// <summary>New work is held for a while: the node comes back soon or not at all.</summary>
    Hold,

    /// <summary>New work is served as well as it goes, and the process stays ready.</summary>
    KeepServing,
}
