using System.Threading.Channels;

namespace Gatehouse.Readiness.Tests;

/// <summary>Ten thousand crashes of a monitor, of every kind there is.</summary>
public sealed class CrashStormTests
{
    private const int Crashes = 10_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly CrashKind[] Kinds = [.. Enum.GetValues<CrashKind>().Except([CrashKind.None])];

    [Fact]
    public Task Ten_thousand_crashes_harm_neither_the_process_nor_the_neighbour() => AllObservedAsync(StormAsync);

    /// <summary>
    /// Every rest is read off the clock and held against a naive model. Calm runs between the crashes let the rests grow to their longest
    /// without parking.
    /// </summary>
    [Fact]
    public Task In_a_storm_of_ten_thousand_crashes_the_restarts_keep_their_schedule_and_the_parked_ones_the_slow_pace() =>
        AllObservedAsync(ScheduledStormAsync);

    private static async Task AllObservedAsync(Func<Task> storm)
    {
        var unobserved = 0;
        void Count(object? sender, UnobservedTaskExceptionEventArgs fault)
        {
            if (fault.Exception.ToString().Contains(CrashingHealthCheck.Mark, StringComparison.Ordinal))
                Interlocked.Increment(ref unobserved);
        }
        TaskScheduler.UnobservedTaskException += Count;
        try
        {
            await storm();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Count;
        }
        Assert.Equal(0, unobserved);
    }

    private static async Task StormAsync()
    {
        var current = CrashKind.None;
        var made = Channel.CreateUnbounded<CrashKind>();
        // Simulated time rushes past the neighbour faster than it is scheduled; only its own failures may count.
        var patient = new NodePolicy { Timeout = TimeSpan.FromDays(30), SlowAfter = TimeSpan.FromDays(30) };
        await using var graph = new GraphHarness(declare => declare
            .HealthCheck("storm", _ => { made.Writer.TryWrite(current); return new CrashingHealthCheck(current); }, policy: new() { Timeout = Second })
            .Node("neighbour", Checks.Healthy, policy: patient)
            .ProbeBudget(TimeSpan.FromDays(31))).Start();
        await graph.UntilAsync("storm", NodeState.Ready);
        await graph.UntilAsync("neighbour", NodeState.Ready);
        await made.Reader.ReadAsync();

        for (var crash = 0; crash < Crashes; crash++) await RunAsync(Kinds[crash % Kinds.Length]);

        Assert.Equal(Enumerable.Range(0, Crashes).Count(crash => IsCrash(Kinds[crash % Kinds.Length])), graph["storm"].Restarts);
        Assert.Equal((NodeState.Failed, NodeState.Ready), (graph["storm"].State, graph["neighbour"].State));
        for (var heal = 0; heal < 2; heal++) await RunAsync(CrashKind.None);
        await graph.UntilAsync("storm", NodeState.Ready);

        async Task RunAsync(CrashKind kind)
        {
            current = kind;
            var runs = graph["storm"].Runs;
            graph.Clock.Advance(RestartSchedule.SlowRetry + Second); // longer than the longest rest
            Assert.Equal(kind, await made.Reader.ReadAsync().AsTask().WaitAsync(GraphHarness.Patience));
            if (kind is CrashKind.Hang or CrashKind.Callback) graph.Clock.Advance(Second);
            await graph.UntilAsync("storm", node => node.Runs > runs);
        }
    }

    private static async Task ScheduledStormAsync()
    {
        var (clock, random, model, seen) = (new ArmedClock(), new Random(1), new NaiveRestarts(), new HashSet<double>());
        var (current, jitter, share, restarts) = (CrashKind.None, 0.5, 1.0, 0);
        var made = Channel.CreateUnbounded<CrashKind>();
        await using var graph = new GraphHarness(
            declare => declare.HealthCheck("storm", Make, policy: new() { Timeout = Second }), clock: clock, random: () => jitter).Start();
        await graph.UntilAsync("storm", NodeState.Ready);
        await made.Reader.ReadAsync();

        for (var crashes = 0; crashes < Crashes;)
        {
            if (random.Next(20) == 0) share = random.NextDouble();
            var kind = random.NextDouble() < share ? Kinds[random.Next(Kinds.Length)] : CrashKind.None;
            if (kind != CrashKind.None) crashes++;
            var node = await RunAsync(kind);
            if (IsCrash(kind))
            {
                restarts++;
                var plain = model.Crash(clock.GetUtcNow());
                seen.Add(plain.TotalSeconds);
                var rest = plain * (0.8 + 0.4 * jitter);
                Assert.InRange(clock.Latest, rest - TimeSpan.FromMilliseconds(1), rest); // timers count whole milliseconds
            }
            else model.Survive();
            Assert.Equal((model.IsParked, restarts), (node.IsParked, node.Restarts));
        }
        Assert.Equal([1, 2, 4, 8, 16, 30, 60], seen.Order());

        async Task<NodeSnapshot> RunAsync(CrashKind kind)
        {
            (current, jitter) = (kind, random.NextDouble());
            var runs = graph["storm"].Runs;
            clock.Advance(clock.Latest);
            Assert.Equal(kind, await made.Reader.ReadAsync().AsTask().WaitAsync(GraphHarness.Patience));
            if (kind is CrashKind.Hang or CrashKind.Callback) clock.Advance(Second);
            return await graph.UntilAsync("storm", node => node.Runs > runs);
        }

        CrashingHealthCheck Make(IServiceProvider services)
        {
            made.Writer.TryWrite(current);
            return new(current);
        }
    }

    private static bool IsCrash(CrashKind kind) => kind is not (CrashKind.None or CrashKind.Hang or CrashKind.Callback);
}
