namespace Gatehouse.Readiness;

/// <summary>Why a graph was refused.</summary>
public enum ReadinessError
{
    /// <summary>Two nodes have one name.</summary>
    DuplicateNode,

    /// <summary>An edge names a node that is not declared.</summary>
    MissingNode,

    /// <summary>Nodes wait for each other in a ring.</summary>
    Cycle,

    /// <summary>The budgets along a path exceed what the platform's start-up probe allows.</summary>
    BudgetExceeded,

    /// <summary>A required node needs, by a hard edge, one that was declared not required.</summary>
    RequiresOptional,
}
