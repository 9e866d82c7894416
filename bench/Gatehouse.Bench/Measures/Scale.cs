namespace Gatehouse.Bench.Measures;

/// <summary>How much is measured.</summary>
internal sealed record Scale(
    int Starts, int StreamRounds, int WarmSeconds, int MeasureSeconds, int IdleRounds, int SettleSeconds, int[] IdleLevels)
{
    /// <summary>About 25 minutes.</summary>
    public static readonly Scale Full = new(9, 3, 3, 10, 3, 25, [1_000, 10_000]);

    /// <summary>About 5 minutes; shows that everything works, and the direction.</summary>
    public static readonly Scale Quick = new(3, 1, 2, 5, 1, 3, [1_000, 10_000]);
}
