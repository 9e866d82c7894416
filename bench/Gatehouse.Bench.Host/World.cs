using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gatehouse.Readiness;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Bench.Host;

/// <summary>
/// A node <c>world</c> that the benchmark holds in its hand. <c>World:Fault</c> says what ails it; without one there is no such node.
/// What is <c>held</c> comes up by <c>POST /world</c>; then <c>GET /world</c> tells the monotonic time at which its check said so.
/// </summary>
internal sealed class World
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);
    private static readonly IPEndPoint Nobody = new(IPAddress.Loopback, 1);

    // Short, so that a check that hangs is left behind, and its node parked, while somebody looks.
    private static readonly NodePolicy Policy = new() { Timeout = TimeSpan.FromMilliseconds(200) };
    private static readonly Retry Often = Retry.Every(TimeSpan.FromMilliseconds(20));

    private readonly long _bornAt = Stopwatch.GetTimestamp();
    private volatile bool _isUp;
    private long _upAt;

    /// <exception cref="ArgumentException">There is no such fault.</exception>
    public static void Add(IHostApplicationBuilder builder)
    {
        if (builder.Configuration["World:Fault"] is not { } fault) return;
        var world = new World();
        builder.Services.AddSingleton(world);
        builder.Services.AddReadiness(graph => _ = fault == "unmade"
            ? graph.HealthCheck("world", static _ => new Unmade(), retry: Often, policy: Policy)
            : graph.Node("world", world.CheckOf(fault), retry: Often, policy: Policy));
    }

    public static void Map(WebApplication app)
    {
        if (app.Services.GetService<World>() is not { } world) return;
        var graph = app.Services.GetRequiredService<ReadinessGraph>();
        app.MapGet("/world", context => context.Response.WriteAsync(Volatile.Read(ref world._upAt).ToString(CultureInfo.InvariantCulture)));
        app.MapPost("/world", _ =>
        {
            world._isUp = true;
            graph.CheckNow("world");
            return Task.CompletedTask;
        });
    }

    private NodeCheck CheckOf(string fault) => fault switch
    {
        "held" => (_, _) => Task.FromResult(_isUp ? Up() : CheckResult.Failed("The world is held back.")),
        "late" => (_, _) => Task.FromResult(Stopwatch.GetElapsedTime(_bornAt) > Late ? Up() : CheckResult.Failed("The world is late.")),
        "refusing" => static (_, cancellationToken) => AskNobodyAsync(cancellationToken),
        "hanging" => static (_, _) => new TaskCompletionSource<CheckResult>().Task,
        "blocking" => static (_, _) => Block(),
        "failing" => static (_, _) => Task.FromResult(CheckResult.Failed("The world is down.")),
        "throwing" => static (_, _) => throw new InvalidOperationException("The world broke."),
        "fatal" => static (_, _) => Task.FromResult(CheckResult.Fatal("The world has ended.")),
        _ => throw new ArgumentException(
            $"World:Fault is '{fault}'; it must be held, late, refusing, hanging, blocking, failing, throwing, unmade or fatal.", nameof(fault)),
    };

    private static async Task<CheckResult> AskNobodyAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Nobody, cancellationToken);
        return CheckResult.Healthy;
    }

    private static Task<CheckResult> Block()
    {
        Thread.Sleep(Timeout.Infinite);
        return Task.FromResult(CheckResult.Healthy);
    }

    private CheckResult Up()
    {
        Interlocked.CompareExchange(ref _upAt, Stopwatch.GetTimestamp(), 0);
        return CheckResult.Healthy;
    }

    private sealed class Unmade : IHealthCheck
    {
        public Unmade() => throw new InvalidOperationException("The check of the world cannot be made.");

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(HealthCheckResult.Healthy());
    }
}
