using System.Text;

namespace Gatehouse.Tests.Simulation;

/// <summary>Runs histories, and makes a failing one small.</summary>
internal static class Explorer
{
    /// <summary>Histories decided at random, one per seed.</summary>
    public static void Random(Plan plan, long firstSeed, int count)
    {
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (index, loop) =>
        {
            if (loop.IsStopped) return;
            var chooser = new Chooser([], new Random(unchecked((int)(firstSeed + index))));
            if (Fails(plan, chooser) is not { } violation) return;
            loop.Stop();
            Report($"seed {firstSeed + index}", plan, chooser.Taken, violation);
        });
    }

    /// <summary>Every history whose first <paramref name="depth"/> decisions differ.</summary>
    /// <returns>How many there are.</returns>
    public static int Exhaust(Plan plan, int depth)
    {
        var prefix = new List<int>();
        for (var count = 1; ; count++)
        {
            var chooser = new Chooser(prefix, random: null);
            if (Fails(plan, chooser) is { } violation) Report($"history {count}", plan, chooser.Taken, violation);
            // The next prefix in order: the last decision that has another option takes it.
            prefix = [.. chooser.Taken.Take(depth)];
            while (prefix.Count > 0 && prefix[^1] + 1 >= chooser.Widths[prefix.Count - 1]) prefix.RemoveAt(prefix.Count - 1);
            if (prefix.Count == 0) return count;
            prefix[^1]++;
        }
    }

    private static ViolationException? Fails(Plan plan, Chooser chooser, List<string>? trace = null)
    {
        try
        {
            new History(plan, chooser, trace).Play();
            return null;
        }
        catch (ViolationException violation)
        {
            return violation;
        }
        catch (Exception exception)
        {
            return new($"the machine threw: {exception}");
        }
    }

    private static void Report(string name, Plan plan, IReadOnlyList<int> decisions, ViolationException violation)
    {
        var (smallPlan, smallest) = Shrink(plan, [.. decisions], violation);
        var trace = new List<string>();
        var last = Fails(smallPlan, new(smallest, null), trace) ?? violation;
        throw new ViolationException(new StringBuilder()
            .AppendLine($"{name}: {violation.Message}").AppendLine()
            .AppendLine($"minimal history ({smallPlan.Steps} steps, {last.Message}):").AppendJoin("\n", trace.Take(200)).ToString());
    }

    // Fewer steps, then fewer decisions that are not the first option, as long as it still fails.
    private static (Plan, List<int>) Shrink(Plan plan, List<int> decisions, ViolationException violation)
    {
        bool StillFails(Plan smaller, List<int> fewer) => Fails(smaller, new(fewer, null)) is { } other && Kind(other) == Kind(violation);

        while (plan.Steps > 1 && StillFails(plan with { Steps = plan.Steps - 1 }, decisions)) plan = plan with { Steps = plan.Steps - 1 };
        for (var size = decisions.Count / 2; size >= 1; size /= 2)
            for (var at = 0; at + size <= decisions.Count;)
            {
                List<int> removed = [.. decisions.Take(at), .. decisions.Skip(at + size)];
                if (StillFails(plan, removed)) decisions = removed;
                else at += size;
            }
        for (var at = 0; at < decisions.Count; at++)
        {
            var before = decisions[at];
            decisions[at] = 0;
            if (!StillFails(plan, decisions)) decisions[at] = before;
        }
        while (plan.Steps > 1 && StillFails(plan with { Steps = plan.Steps - 1 }, decisions)) plan = plan with { Steps = plan.Steps - 1 };
        return (plan, decisions);
    }

    // The same property, whatever the ids and positions in the message are.
    private static string Kind(ViolationException violation) => new([.. violation.Message.TakeWhile(c => c != '\n').Where(char.IsLetter).Where(c => c is < 'a' or > 'f')]);
}
