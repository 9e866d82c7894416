namespace Gatehouse.Diagnosis;

/// <summary>Where a cause shows.</summary>
internal enum Area
{
    /// <summary>At a node of the graph.</summary>
    Node,

    /// <summary>At a model's provider.</summary>
    Provider,

    /// <summary>In the process.</summary>
    Process,

    /// <summary>At the front door.</summary>
    Admission,

    /// <summary>Between the client and the process, the platform's probes included.</summary>
    Platform,
}

/// <summary>
/// One row of the catalogue. To add a cause: add a row to the list of its area, the special before the general, and a fault of the
/// same code to the tests' world. The table in docs/diagnosis.md is held against the rows by a test.
/// </summary>
internal sealed record Cause(string Code, string Title)
{
    /// <summary>The evidence it needs, in words, for the documentation.</summary>
    public required string Needs { get; init; }

    /// <summary>At a node or provider: the signatures that show it, any of them; empty where only <see cref="When"/> tells.</summary>
    public IReadOnlyList<string> Signatures { get; init; } = [];

    /// <summary>At a node: the kinds that it is at home at; empty: all. A node of another kind with this signature has borrowed it.</summary>
    public IReadOnlyList<NodeKind> Homes { get; init; } = [];

    /// <summary>
    /// At a node: whether its peer has answered in order to say so, so that nothing before the node can be the reason. What is not, a
    /// refused connection for example, is put down to a bad parent where there is one.
    /// </summary>
    public bool IsOwn { get; init; }

    /// <summary>
    /// At a node, where it is not its own: what a bad parent must show to be the reason. A check does not hang over a parent that answers
    /// with a refusal. Empty: whatever it shows.
    /// </summary>
    public IReadOnlyList<string> Borrows { get; init; } = [];

    /// <summary>At a node: what must be true besides; null: nothing.</summary>
    public Func<Clue, bool>? When { get; init; }

    /// <summary>Anywhere else: looks for it in the whole case.</summary>
    public Func<Scene, Finding?>? Shows { get; init; }

    /// <summary>Why the node, or the part, is not well: <c>{node}</c> stands for its name.</summary>
    public required string Why { get; init; }

    /// <summary>The last why: what the system lacks, or has and should not. Never a person.</summary>
    public required string Lacks { get; init; }

    /// <summary>What to do.</summary>
    public required IReadOnlyList<Remedy> Remedies { get; init; }
}
