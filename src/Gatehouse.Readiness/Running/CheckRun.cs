namespace Gatehouse.Readiness;

/// <summary>One finished run of a check, by verdict or by timeout.</summary>
/// <param name="Result">What it found.</param>
/// <param name="StartedAt">When it began, by the monotonic clock.</param>
/// <param name="EndedAt">When it ended or was given up, by the monotonic clock.</param>
/// <param name="IsCrash">True when the check itself is at fault, not the world.</param>
internal readonly record struct CheckRun(CheckResult Result, long StartedAt, long EndedAt, bool IsCrash = false);
