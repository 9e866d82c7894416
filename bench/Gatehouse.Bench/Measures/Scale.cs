namespace Gatehouse.Bench.Measures;

/// <summary>How much is measured.</summary>
internal sealed record Scale
{
    /// <summary>About 75 minutes.</summary>
    public static readonly Scale Full = new()
    {
        Starts = 9,
        StreamRounds = 3,
        WarmSeconds = 3,
        MeasureSeconds = 10,
        IdleRounds = 3,
        SettleSeconds = 25,
        InsideRounds = 5,
        Hops = 3000,
        PolledNodes = 16,
        GraphRuns = 100,
        RandomGraphs = 10,
        GateBatches = 200,
        ProbeRounds = 3,
        FirstProbes = 50_000,
        AllProbes = 200_000,
        FaultRounds = 10,
        UpgradeRounds = 5,
        Upgrades = 8000,
        OpeningRounds = 9,
        PairRounds = 3,
    };

    /// <summary>About 25 minutes; shows that everything works, and the direction.</summary>
    public static readonly Scale Quick = new()
    {
        Starts = 3,
        StreamRounds = 1,
        WarmSeconds = 2,
        MeasureSeconds = 5,
        IdleRounds = 1,
        SettleSeconds = 3,
        InsideRounds = 3,
        Hops = 1000,
        PolledNodes = 6,
        GraphRuns = 30,
        RandomGraphs = 3,
        GateBatches = 50,
        ProbeRounds = 1,
        FirstProbes = 25_000,
        AllProbes = 50_000,
        FaultRounds = 2,
        UpgradeRounds = 2,
        Upgrades = 3200,
        OpeningRounds = 3,
        PairRounds = 1,
    };

    public required int Starts { get; init; }

    public required int StreamRounds { get; init; }

    public required int WarmSeconds { get; init; }

    public required int MeasureSeconds { get; init; }

    public required int IdleRounds { get; init; }

    public required int SettleSeconds { get; init; }

    public int[] IdleLevels { get; } = [1_000, 10_000];

    /// <summary>Processes that are measured from inside, one after the other.</summary>
    public required int InsideRounds { get; init; }

    /// <summary>From parent to child, of each shape.</summary>
    public required int Hops { get; init; }

    /// <summary>Of a chain that is polled; each takes a second.</summary>
    public required int PolledNodes { get; init; }

    /// <summary>Of each shape with a thousand nodes.</summary>
    public required int GraphRuns { get; init; }

    public required int RandomGraphs { get; init; }

    /// <summary>Of 10,000 decisions.</summary>
    public required int GateBatches { get; init; }

    public required int ProbeRounds { get; init; }

    /// <summary>After so many the server's memory is looked at for the first time,</summary>
    public required int FirstProbes { get; init; }

    /// <summary>and after so many again.</summary>
    public required int AllProbes { get; init; }

    public required int FaultRounds { get; init; }

    public required int UpgradeRounds { get; init; }

    public required int Upgrades { get; init; }

    public required int OpeningRounds { get; init; }

    /// <summary>Of two instances.</summary>
    public required int PairRounds { get; init; }

    /// <summary>The same with so many rounds of everything.</summary>
    public Scale WithRounds(int rounds) => this with
    {
        Starts = rounds,
        StreamRounds = rounds,
        IdleRounds = rounds,
        InsideRounds = rounds,
        ProbeRounds = rounds,
        FaultRounds = rounds,
        UpgradeRounds = rounds,
        OpeningRounds = rounds,
        PairRounds = rounds,
    };
}
