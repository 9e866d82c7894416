namespace Gatehouse.Readiness.Tests;

/// <summary>
/// Random graphs that are stopped at a random moment of their start, with stops that take their time, hang and throw. Whatever
/// happens: undone is exactly what had begun, once, and nothing before all that comes after it.
/// </summary>
public sealed class StopOrderTests
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    // More than all the time that passes before the stop: a check that the machine has not let begin yet must not be left behind.
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_random_half_start_is_undone_exactly_and_in_reverse()
    {
        var (halves, wholes) = (0, 0);
        for (var seed = 0; seed < 50; seed++)
        {
            var play = new Play(seed);
            await play.RunAsync();
            play.Verify();
            if (play.IsHalf) halves++;
            else wholes++;
        }
        Assert.True(halves > 15 && wholes > 2, $"{halves} half and {wholes} whole starts show too little");
    }

    private enum Kind { CheckBegan, CheckEnded, StopBegan, StopEnded }

    private sealed class Play(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Lock _gate = new(); // guards _happened
        private readonly List<(Kind Kind, int Node)> _happened = [];
        private int[][] _parents = [];
        private bool[] _hangs = [];
        private IReadOnlyList<TimelineNode> _timeline = [];

        public bool IsHalf { get; private set; }

        public async Task RunAsync()
        {
            var count = _random.Next(1, 13);
            _parents = [.. Enumerable.Range(0, count).Select(node => Enumerable.Range(0, node).Where(_ => _random.NextDouble() < 0.35).ToArray())];
            _hangs = [.. _parents.Select(_ => _random.NextDouble() < 0.15)];
            await using var graph = new GraphHarness(Declare).Start();
            for (var steps = _random.Next(0, 12); steps > 0; steps--)
            {
                graph.Clock.Advance(TimeSpan.FromMilliseconds(_random.Next(0, 400)));
                await Task.Yield();
            }

            // All these checks heed their tokens. Time stands still until they have ended, however busy the machine is.
            await graph.Graph.Engine.EndAsync();
            foreach (var loop in graph.Graph.Engine.Nodes.Select(node => node.Loop).OfType<NodeLoop>())
            {
                await loop.Pump.WaitAsync(GraphHarness.Patience);
                await loop.LeftAtStop.WaitAsync(GraphHarness.Patience);
            }
            await graph.StopAsync();
            IsHalf = !graph.Graph.IsStarted;
            _timeline = graph.Graph.Timeline().Nodes;
        }

        public void Verify()
        {
            Assert.Equal(Nodes(Kind.CheckBegan).Distinct().Order(), Nodes(Kind.StopBegan).Order());
            foreach (var child in Nodes(Kind.StopBegan))
            {
                var stop = _timeline[child].Stop!;
                Assert.True(Last(Kind.CheckBegan, child) < Last(Kind.StopBegan, child) && Last(Kind.CheckEnded, child) < Last(Kind.StopBegan, child),
                    $"seed {seed}: node {child} was checked while it was undone");
                Assert.Equal(_hangs[child], stop.Fault?.Contains("left behind", StringComparison.Ordinal) ?? false);
                if (_hangs[child]) Assert.True(stop.End - stop.Start >= StopTimeout, $"seed {seed}: {child} was given up too soon");
                foreach (var parent in _parents[child])
                {
                    Assert.True(_timeline[parent].Stop!.Start >= stop.End, $"seed {seed}: {parent} was undone before {child}, which comes after it");
                    if (!_hangs[child]) Assert.True(Last(Kind.StopEnded, child) < Last(Kind.StopBegan, parent), $"seed {seed}: {parent} overtook {child}");
                }
            }

            IEnumerable<int> Nodes(Kind kind) => _happened.Where(one => one.Kind == kind).Select(one => one.Node);
            int Last(Kind kind, int node) => _happened.FindLastIndex(one => one.Kind == kind && one.Node == node);
        }

        private void Declare(ReadinessGraphBuilder graph)
        {
            for (var index = 0; index < _parents.Length; index++)
            {
                var (node, checkTime, stopTime, throws) = (index, Time(600), Time(3000), _random.NextDouble() < 0.15);
                graph.Node($"{node}", CheckAsync, after: [.. _parents[node].Select(AfterOf)], stop: StopAsync,
                    policy: new() { StopTimeout = StopTimeout, Timeout = CheckTimeout });

                async Task<CheckResult> CheckAsync(NodeContext context, CancellationToken cancellationToken)
                {
                    Note(Kind.CheckBegan, node);
                    try
                    {
                        await Task.Delay(checkTime, context.Clock, cancellationToken);
                        return throws ? CheckResult.Failed("down") : CheckResult.Healthy;
                    }
                    finally
                    {
                        Note(Kind.CheckEnded, node);
                    }
                }

                async Task StopAsync(NodeContext context, CancellationToken cancellationToken)
                {
                    Note(Kind.StopBegan, node);
                    if (_hangs[node]) await new TaskCompletionSource().Task;
                    await Task.Delay(stopTime, context.Clock, cancellationToken);
                    Note(Kind.StopEnded, node);
                    if (throws) throw new InvalidOperationException("the stop is broken");
                }
            }
        }

        private Edge AfterOf(int parent) => _random.Next(4) == 0 ? Edge.Soft($"{parent}") : Edge.Hard($"{parent}");

        private TimeSpan Time(int mostMilliseconds) => TimeSpan.FromMilliseconds(_random.Next(0, mostMilliseconds));

        private void Note(Kind kind, int node)
        {
            lock (_gate) _happened.Add((kind, node));
        }
    }
}
