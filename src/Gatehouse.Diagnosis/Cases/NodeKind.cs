namespace Gatehouse.Diagnosis;

/// <summary>What kind of thing a node looks at. It tells two faults apart that have the same signature, such as <c>timeout</c>.</summary>
public enum NodeKind
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>A database server.</summary>
    Database,

    /// <summary>The tables in a database.</summary>
    Schema,

    /// <summary>Redis, or what speaks its protocol.</summary>
    Redis,

    /// <summary>A model's provider.</summary>
    Provider,

    /// <summary>The service's proof that it does its job, by its own front door.</summary>
    Proof,
}
