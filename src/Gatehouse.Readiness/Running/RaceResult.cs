namespace Gatehouse.Readiness;

/// <summary>How a race ended.</summary>
/// <param name="HasEnded">True when the work ended in time.</param>
/// <param name="Result">What it gave; nothing when it was left behind.</param>
/// <param name="Work">The work itself, which goes on when it was left behind.</param>
internal readonly record struct RaceResult<T>(bool HasEnded, T Result, Task Work);
