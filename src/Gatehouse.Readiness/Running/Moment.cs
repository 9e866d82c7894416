namespace Gatehouse.Readiness;

/// <summary>
/// One reading of both clocks. A step under the gate reads them once and first: a simulated clock runs due timers, and with
/// them anybody's code, inside the very call that reads it.
/// </summary>
/// <param name="Wall">The wall clock.</param>
/// <param name="Timestamp">The monotonic clock.</param>
internal readonly record struct Moment(DateTimeOffset Wall, long Timestamp)
{
    public static Moment Of(TimeProvider clock) => new(clock.GetUtcNow(), clock.GetTimestamp());
}
