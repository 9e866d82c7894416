using Gatehouse.Consistency.Clusters;

namespace Gatehouse.Consistency.Faults;

/// <summary>What happens between a server and its clients, its PostgreSQL or its Redis.</summary>
internal static class LineFaults
{
    private static readonly (string To, Func<Member, FaultyLine> Line)[] Lines =
    [
        ("clients", static member => member.Clients),
        ("PostgreSQL", static member => member.Postgres),
        ("Redis", static member => member.Redis),
    ];

    public static IReadOnlyList<Fault> All { get; } = [.. Lines.SelectMany(each => Of(each.To, each.Line))];

    private static IEnumerable<Fault> Of(string to, Func<Member, FaultyLine> line) =>
    [
        new($"a line to {to} cut in the middle of a frame", (cluster, random) => CutAsync(line(Fault.Any(cluster, random)), random)),
        new($"a line to {to} delayed", (cluster, random) => BreakAsync(line(Fault.Any(cluster, random)), LineFault.Delayed, random)),
        new($"a line to {to} blackholed", (cluster, random) => BreakAsync(line(Fault.Any(cluster, random)), LineFault.Blackholed, random)),
        new($"a line to {to} half open", (cluster, random) => BreakAsync(line(Fault.Any(cluster, random)), LineFault.HalfOpen, random)),
        new($"a line to {to} refused and cut", (cluster, random) => RefuseAsync(line(Fault.Any(cluster, random)), random)),
    ];

    private static async Task CutAsync(FaultyLine line, Random random)
    {
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            line.Cut(afterBytes: random.Next(0, 400));
            await Fault.HoldAsync(random, 20, 400);
        }
    }

    private static async Task BreakAsync(FaultyLine line, LineFault fault, Random random)
    {
        line.Break(fault, TimeSpan.FromMilliseconds(random.Next(5, 150)));
        await Fault.HoldAsync(random, 500, 4000);
        line.Mend();
    }

    private static async Task RefuseAsync(FaultyLine line, Random random)
    {
        line.Break(LineFault.Refusing);
        line.Cut();
        await Fault.HoldAsync(random, 500, 4000);
        line.Mend();
    }
}
