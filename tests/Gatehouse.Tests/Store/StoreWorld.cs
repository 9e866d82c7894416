using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

/// <summary>What random calls refer to: the runs that were proposed, the generations, the next position. A step sees it twice, once per store.</summary>
internal sealed class StoreWorld(TimeProvider clock)
{
    private readonly Dictionary<string, long> _generations = [];
    private (long Seq, int Runs) _before = (0, 1);

    public List<(string Id, string Thread)> Runs { get; } = [("no-run", "t0")];

    public long Seq { get; private set; }

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The same step again, with the same ids and positions.</summary>
    public void Repeat()
    {
        Seq = _before.Seq;
        Runs.RemoveRange(_before.Runs, Runs.Count - _before.Runs);
    }

    /// <summary>Both stores have done the step.</summary>
    public void Next(object? result)
    {
        _before = (Seq, Runs.Count);
        var claims = result switch
        {
            AcceptResult.Done { Claim: { } accepted } => [accepted],
            Claim claimed => [claimed],
            IReadOnlyList<Claim> taken => taken,
            _ => (IReadOnlyList<Claim>)[],
        };
        foreach (var claim in claims) _generations[claim.ThreadId] = claim.Generation;
    }

    public string NewRun(string thread)
    {
        Runs.Add(($"run{Runs.Count}", thread));
        return Runs[^1].Id;
    }

    /// <summary>One of the latest runs.</summary>
    public (string Id, string Thread) Run(int number) => Runs[^(1 + number % Math.Min(4, Runs.Count))];

    public long Generation(string thread) => _generations.GetValueOrDefault(thread);

    public Checkpoint Checkpoint(int run, bool stale, bool late, int change)
    {
        Seq++;
        var (id, thread) = Run(run);
        var position = new Position(late ? Math.Max(0, Seq - 3) : Seq, (ulong)Seq * 0x9E3779B97F4A7C15);
        return new(thread, Generation(thread) - (stale ? 1 : 0), id, position, Change(id, change));
    }

    // Steps and calls are from so small a range that repeats, gaps and calls without a step all happen.
    private RunChange Change(string run, int change)
    {
        var number = (int)(Seq % 3);
        var said = new StoredMessage($"{run}.{number}", "assistant", $"said at {Seq}", [Call(run, 0), Call(run, 1)]);
        var result = new StoredMessage($"{run}.c{number}.result", "tool", "done", ToolCallId: Call(run, number).Id);
        return change switch
        {
            0 or 1 => new RunChange.Started(Now),
            2 => new RunChange.Said(number, [new($"{run}.r", "reasoning", "why"), said], Open: true, new(Seq, 1)),
            3 or 4 => new RunChange.Said(number, [said], Open: false, new(Seq, 2)),
            5 => new RunChange.ToolBegun(Call(run, number).Id),
            6 => new RunChange.ToolEnded(Call(run, number).Id, result),
            7 => new RunChange.Closing((RunEnd)(Seq % 4), [(byte)Seq], [Ask(run, 0), Ask(run, 1)]),
            _ => Seq % 2 == 0 ? new RunChange.Closed() : new RunChange.Rewound(),
        };
    }

    private static ToolCall Call(string run, int number) => new($"{run}.c{number}", new("tool", "{}"));

    private static Interrupt Ask(string run, int number) => new($"{run}.ask{number}", "tool_call", null, $"{run}.c{number}");
}
