namespace Gatehouse.Readiness;

/// <summary>
/// Checks one node for life: first until it is ready, then as its monitor. The supervisor of its own pump: whatever is
/// thrown here (by a callback, by finding the connection) restarts the pump with a delay and never leaves this class.
/// <list type="number">
/// <item>Wait for a free slot: not while three abandoned runs are alive.</item>
/// <item>Run the check against its timeout.</item>
/// <item>Under the gate: judge, arm the next rest, publish. The rest is armed first, so that whoever sees the new state may
/// move a simulated clock at once.</item>
/// <item>Rest, unless somebody wakes us: a broken connection is looked at immediately.</item>
/// </list>
/// </summary>
internal sealed class NodeLoop(GraphNode node, GraphEngine engine, IServiceProvider services, TimeProvider clock, Func<double> random)
{
    // A connection that reports breaks in a burst must not make us check in a burst.
    private static readonly TimeSpan LeastRest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FatalRest = TimeSpan.FromSeconds(30);
    private const double PaceJitter = 0.1;

    private readonly CheckRunner _runner = new(node.Definition, services, clock);
    private readonly RestartSchedule _restarts = new(clock, random);
    private readonly Wakeup _wakeup = new(clock);
    private bool _lacksSlot; // guarded by the gate

    /// <summary>The loop itself; ends soon after the graph's stop.</summary>
    public Task Pump { get; private set; } = Task.CompletedTask;

    public GraphNode Node => node;

    /// <summary>Checks that have ended. Guarded by the gate, as is all that a snapshot tells of the loop.</summary>
    public int Runs { get; private set; }

    /// <summary>Those of <see cref="Runs"/> whose verdict was good.</summary>
    public int GoodRuns { get; private set; }

    public int Crashes { get; private set; }

    public int Abandoned => _runner.Abandoned;

    public bool IsParked => _lacksSlot || _restarts.IsParked;

    /// <inheritdoc cref="CheckRunner.LeftAtStop"/>
    public Task LeftAtStop => _runner.LeftAtStop;

    public void Start(CancellationToken stop) => Pump = RunAsync(stop);

    public void Wake() => _wakeup.Wake();

    public NodeContext ContextFor(IServiceProvider scope)
    {
        lock (engine.Gate) return ContextLocked(scope);
    }

    private async Task RunAsync(CancellationToken stop)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // whoever starts us holds the gate
        while (!stop.IsCancellationRequested)
        {
            Task rest;
            try
            {
                using var breaks = node.Definition.Stability.Events(services)?.Subscribe(OnBroken);
                await PumpAsync(stop);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception crash)
            {
                rest = RecordCrash(crash, stop);
            }
            await rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PumpAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var slot = _runner.SlotAsync();                                                     // 1
            if (!slot.IsCompleted) ParkUntilSlot();
            await slot.WaitAsync(stop);
            _wakeup.Reset();
            var run = await _runner.RunAsync(Admit, stop);                                     // 2
            await Record(run, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);     // 3, 4
            await Task.Yield(); // leave the thread of whoever moved the clock or woke us: it may hold a lock
            var rested = clock.GetElapsedTime(run.EndedAt);
            if (rested < LeastRest) await Task.Delay(LeastRest - rested, clock, stop);
        }
    }

    /// <summary>
    /// The last thing before a check. Under the gate, so that each check has either begun before the graph's stop, and is undone,
    /// or never begins.
    /// </summary>
    private NodeContext Admit(IServiceProvider scope)
    {
        lock (engine.Gate)
        {
            if (engine.IsStopping) throw new OperationCanceledException("The graph is stopping.");
            node.HasBegun = true;
            _lacksSlot = false;
            return ContextLocked(scope);
        }
    }

    private NodeContext ContextLocked(IServiceProvider scope) => new(node.Definition.Name, scope, clock)
    {
        EarlierRuns = Runs,
        Failures = node.Standing.Failures,
        IsMonitoring = node.Standing.HasStood,
    };

    private Task Record(CheckRun run, CancellationToken stop)
    {
        Task rest;
        NodeChange change;
        lock (engine.Gate)
        {
            if (engine.IsStopping) return Task.CompletedTask;
            var crashed = run.IsCrash && node.Standing.HasStood;
            node.Standing.Observe(run);
            Runs++;
            if (run.Result.IsUp) GoodRuns++;
            if (crashed) Crashes++;
            else _restarts.Recovered();
            var pause = crashed ? _restarts.Crashed(run.EndedAt) : Pause(run.EndedAt);
            rest = _wakeup.Rest(pause, stop);
            change = engine.PublishVerdictLocked(this, run, pause);
        }
        engine.Announce(change);
        return rest;
    }

    private Task RecordCrash(Exception crash, CancellationToken stop)
    {
        Task rest;
        NodeChange change;
        var now = clock.GetTimestamp();
        var run = new CheckRun(CheckResult.Failed(CheckFault.Describe(crash), CheckFault.Signature(crash)), now, now, IsCrash: true);
        lock (engine.Gate)
        {
            if (engine.IsStopping) return Task.CompletedTask;
            node.Standing.Observe(run);
            Crashes++;
            // Before the node was ever ready this is a dependency that is late, not a monitor that is ill.
            var pause = node.Standing.HasStood ? _restarts.Crashed(now) : node.Definition.Retry.Delay(node.Standing.Failures, random());
            rest = Task.Delay(pause, clock, stop);
            change = engine.PublishVerdictLocked(this, run, pause);
        }
        engine.Announce(change);
        return rest;
    }

    /// <summary>Runs on whatever thread the connection reports from; must be quick and must not throw.</summary>
    private void OnBroken(string what)
    {
        NodeChange change;
        lock (engine.Gate)
        {
            if (engine.IsStopping) return;
            var now = Moment.Of(clock);
            node.Standing.Break(what, now.Timestamp);
            change = engine.PublishLocked(this, now);
        }
        _wakeup.Wake();
        engine.Announce(change);
    }

    private void ParkUntilSlot()
    {
        NodeChange change;
        lock (engine.Gate)
        {
            if (engine.IsStopping) return;
            node.DueBy = null; // nothing is expected until an abandoned run ends
            _lacksSlot = true;
            change = engine.PublishLocked(this, Moment.Of(clock));
        }
        engine.Announce(change);
    }

    private TimeSpan Pause(long now)
    {
        var (standing, policy) = (node.Standing, node.Definition.Policy);
        if (standing.IsFatal) return Retry.Spread(FatalRest, PaceJitter, random());
        var hasWindow = node.Definition.Stability.Window > TimeSpan.Zero || !standing.HasStood;
        if (standing.State == NodeState.Stabilising && hasWindow) return standing.NextStep(now);
        if (standing.InDoubt) return Retry.Spread(policy.PaceInDoubt, PaceJitter, random());
        return standing.HasStood
            ? Retry.Spread(policy.Pace, PaceJitter, random())
            : node.Definition.Retry.Delay(standing.Failures, random());
    }
}
