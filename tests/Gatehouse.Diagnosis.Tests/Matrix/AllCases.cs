using Gatehouse.Diagnosis.Tests.World;

namespace Gatehouse.Diagnosis.Tests.Matrix;

/// <summary>The whole matrix, made once: every fault × moment × quality, alone and with another one.</summary>
public static class AllCases
{
    private const int SeedsAlone = 3;
    private const int SeedsOfPairs = 2;

    private static readonly Lazy<IReadOnlyList<Cell>> Made = new(Make);

    public static IReadOnlyList<Cell> Cells => Made.Value;

    /// <summary>One case of each fault and quality.</summary>
    public static IReadOnlyList<Cell> OneOfEach => [.. Cells.DistinctBy(static cell => (cell.Fault.Title, cell.Quality))];

    private static IReadOnlyList<Cell> Make()
    {
        var cells = new List<Cell>();
        var partners = Faults.All.Where(static fault => fault.Pairs).ToList();
        foreach (var fault in Faults.All)
            foreach (var moment in fault.Moments)
                foreach (var quality in Enum.GetValues<Quality>())
                {
                    for (var seed = 0; seed < SeedsAlone; seed++)
                        if (Scenario.Make(fault, null, moment, quality, seed) is { } alone) cells.Add(new(fault, moment, quality, 1, Judged.Of(alone)));
                    for (var seed = 0; fault.Pairs && seed < SeedsOfPairs; seed++)
                        if (Pair(fault, partners, moment, quality, seed) is { } two) cells.Add(new(fault, moment, quality, 2, Judged.Of(two)));
                }
        return cells;
    }

    private static Scenario? Pair(Fault fault, List<Fault> partners, Moment moment, Quality quality, int seed)
    {
        var random = new Random(Scenario.Seed(fault.Title, (int)moment, (int)quality, seed, "pair"));
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var partner = partners[random.Next(partners.Count)];
            if (IsOneFault(fault, partner)) continue;
            if (Scenario.Make(fault, partner, moment, quality, seed) is { } made) return made;
        }
        return null;
    }

    // Two faults on the one way from outside are seen as the first of them; a process without time hides what times out.
    private static bool IsOneFault(Fault one, Fault two) =>
        one.Code == two.Code
        || (one.Part is not null && one.Part == two.Part)
        || HidesTimeouts(one, two) || HidesTimeouts(two, one);

    private static bool HidesTimeouts(Fault one, Fault two) =>
        one.Code is "process.pool_starved" or "process.memory_near_limit" && two.Signature is "timeout" or "TimeoutException" or null or "slow";
}

/// <summary>One case with its place in the matrix.</summary>
public sealed record Cell(Fault Fault, Moment Moment, Quality Quality, int Count, Judged Judged)
{
    public Outcome Outcome => Judged.Outcome;

    public bool IsFull => Quality == Quality.Full;

    public override string ToString() =>
        $"{Fault.Title} {Moment} {Quality} ×{Count}{(Count == 2 ? $" with {Judged.Scenario.Faults[1].Fault.Title}@{Judged.Scenario.Faults[1].Node}" : "")}: {Outcome}\n"
        + $"  truth {string.Join(' ', Judged.Scenario.Truth.Roots)} | {string.Join(' ', Judged.Scenario.Truth.Edges)}\n"
        + $"  told  {string.Join(' ', Told.By(Judged.Report).Roots)} | {string.Join(' ', Told.By(Judged.Report).Edges)}\n  {Judged.Report.Verdict}: {Judged.Report.Summary}";
}
