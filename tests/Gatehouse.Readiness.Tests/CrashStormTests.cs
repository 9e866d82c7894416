using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Readiness.Tests;

/// <summary>Ten thousand crashes of a monitor, of every kind there is.</summary>
public sealed class CrashStormTests
{
    private const int Crashes = 10_000;

    private static readonly Kind[] Kinds = Enum.GetValues<Kind>();

    private enum Kind { Constructor, Synchronous, Asynchronous, Hang, Callback, Dispose, NoResult }

    [Fact]
    public async Task Ten_thousand_crashes_harm_neither_the_process_nor_the_neighbour()
    {
        var unobserved = 0;
        void Count(object? sender, UnobservedTaskExceptionEventArgs fault)
        {
            if (fault.Exception.ToString().Contains(nameof(CrashStormTests), StringComparison.Ordinal)) Interlocked.Increment(ref unobserved);
        }
        TaskScheduler.UnobservedTaskException += Count;
        try
        {
            await StormAsync();
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
        var current = Kind.Asynchronous;
        var crashing = false;
        var neighbour = new Scripted(CheckResult.Healthy);
        await using var graph = new GraphHarness(declare => declare
            .HealthCheck("storm", _ => crashing ? new CrashingHealthCheck(current) : new HealthyCheck(), policy: new() { Timeout = TimeSpan.FromSeconds(1) })
            .Node("neighbour", neighbour.CheckAsync)).Start();
        await graph.UntilAsync("storm", NodeState.Ready);
        await graph.UntilAsync("neighbour", NodeState.Ready);
        crashing = true;
        for (var crash = 0; crash < Crashes; crash++)
        {
            current = Kinds[crash % Kinds.Length];
            var runs = graph["storm"].Runs;
            while (graph["storm"].Runs == runs)
            {
                graph.Clock.Advance(RestartSchedule.SlowRetry + TimeSpan.FromSeconds(1)); // the longest rest
                await graph.UntilAsync("storm", node => node.Runs > runs || current is Kind.Hang or Kind.Callback);
            }
        }

        Assert.True(graph["storm"].Restarts >= Crashes / 2, $"only {graph["storm"].Restarts} restarts");
        Assert.Equal((NodeState.Failed, NodeState.Ready), (graph["storm"].State, graph["neighbour"].State));
        crashing = false;
        for (var heal = 0; heal < 2; heal++) await graph.StepAsync("storm", RestartSchedule.SlowRetry);
        await graph.UntilAsync("storm", NodeState.Ready);
        Assert.Equal(0, graph["storm"].Abandoned);
    }

    private sealed class HealthyCheck : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(HealthCheckResult.Healthy());
    }

    private sealed class CrashingHealthCheck : IHealthCheck, IDisposable
    {
        private readonly Kind _kind;

        public CrashingHealthCheck(Kind kind)
        {
            _kind = kind;
            if (kind == Kind.Constructor) throw new NotSupportedException(nameof(CrashStormTests));
        }

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => _kind switch
        {
            Kind.Synchronous => throw new InvalidCastException(nameof(CrashStormTests)),
            Kind.Asynchronous => LaterAsync(),
            Kind.Hang => Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => HealthCheckResult.Healthy()),
            Kind.Callback => CallbackAsync(cancellationToken),
            Kind.NoResult => null!,
            _ => Task.FromResult(HealthCheckResult.Healthy()),
        };

        public void Dispose()
        {
            if (_kind == Kind.Dispose) throw new ObjectDisposedException(nameof(CrashStormTests));
        }

        private static async Task<HealthCheckResult> LaterAsync()
        {
            await Task.Yield();
            throw new FormatException(nameof(CrashStormTests));
        }

        /// <summary>Throws in the callback of its own cancellation, on whatever thread cancels it.</summary>
        private static async Task<HealthCheckResult> CallbackAsync(CancellationToken cancellationToken)
        {
            var cancelled = new TaskCompletionSource();
            await using var registration = cancellationToken.Register(() =>
            {
                cancelled.SetResult();
                throw new ArithmeticException(nameof(CrashStormTests));
            });
            await cancelled.Task;
            return HealthCheckResult.Healthy();
        }
    }
}
