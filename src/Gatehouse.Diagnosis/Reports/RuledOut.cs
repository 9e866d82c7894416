namespace Gatehouse.Diagnosis;

/// <summary>What was considered and is not a cause.</summary>
/// <param name="Name">The node, or the part, by name.</param>
/// <param name="Because">Why not, one sentence.</param>
public sealed record RuledOut(string Name, string Because)
{
    /// <summary>What kind of thing it is.</summary>
    public required HopKind Kind { get; init; }

    /// <summary>What that rests on.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init => field = value ?? []; } = [];
}

/// <summary>What made it worse, or possible, without being the cause.</summary>
/// <param name="Code">The code of the catalogue.</param>
/// <param name="Text">One sentence.</param>
public sealed record Factor(string Code, string Text)
{
    /// <summary>What that rests on.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init => field = value ?? []; } = [];
}

/// <summary>A node that should be looked at once more.</summary>
/// <param name="Node">The node.</param>
/// <param name="Because">Why, one sentence.</param>
public sealed record LookAgain(string Node, string Because);
