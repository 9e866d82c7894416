using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Readiness.Tests;

/// <summary>Ten thousand crashes of a monitor, of every kind there is.</summary>
public sealed class CrashStormTests
{
    private const int Crashes = 10_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly Kind[] Kinds = [.. Enum.GetValues<Kind>().Except([Kind.None])];

    private enum Kind { None, Constructor, Synchronous, Asynchronous, Hang, Callback, Dispose, NoResult }

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
        var current = Kind.None;
        var made = Channel.CreateUnbounded<Kind>();
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
        for (var heal = 0; heal < 2; heal++) await RunAsync(Kind.None);
        await graph.UntilAsync("storm", NodeState.Ready);

        async Task RunAsync(Kind kind)
        {
            current = kind;
            var runs = graph["storm"].Runs;
            graph.Clock.Advance(RestartSchedule.SlowRetry + Second); // longer than the longest rest
            Assert.Equal(kind, await made.Reader.ReadAsync().AsTask().WaitAsync(GraphHarness.Patience));
            if (kind is Kind.Hang or Kind.Callback) graph.Clock.Advance(Second);
            await graph.UntilAsync("storm", node => node.Runs > runs);
        }
    }

    private static bool IsCrash(Kind kind) => kind is not (Kind.None or Kind.Hang or Kind.Callback);

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
