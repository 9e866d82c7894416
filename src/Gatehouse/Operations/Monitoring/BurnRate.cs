namespace Gatehouse.Operations.Monitoring;

/// <summary>
/// The arithmetic of burn rates. A rate of 1 uses the budget up exactly in its period. It is computed and never pasted: another period
/// has other factors.
/// </summary>
internal static class BurnRate
{
    // So that an alert ends soon after what it is about has.
    private const int LongToShort = 12;

    /// <summary>How much faster than evenly the budget burns, if so much of it is gone after the window.</summary>
    public static decimal Factor(decimal budgetPercent, TimeSpan window, TimeSpan period) => budgetPercent / 100 * period.Ticks / window.Ticks;

    /// <summary>The share of bad events at which an objective burns that fast.</summary>
    public static decimal Threshold(Objective objective, Burn burn, TimeSpan period) => Factor(burn.BudgetPercent, burn.Window, period) * objective.Budget;

    /// <summary>The second window of a pair.</summary>
    public static TimeSpan ShortWindow(TimeSpan window) => window / LongToShort;

    /// <summary>How long a total outage lasts before it has burnt so much.</summary>
    public static TimeSpan TimeToFire(Objective objective, Burn burn, TimeSpan period) => burn.Window * (double)Threshold(objective, burn, period);
}
