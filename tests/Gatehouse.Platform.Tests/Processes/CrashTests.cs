namespace Gatehouse.Platform.Processes;

/// <summary>Traps 7 to 9: what becomes of a process with a bug in the work that goes on beside its requests.</summary>
public sealed class CrashTests
{
    private const int Aborted = 128 + 6; // SIGABRT

    /// <summary>
    /// Trap 7. The platform: a <c>BackgroundService</c> that throws stops the host, and the process ends with 0, as if all were well. Ours:
    /// the same work as a node fails, is seen to, and is restarted after a second; the process lives on.
    /// </summary>
    [Fact]
    public async Task Trap_7_a_background_service_that_throws_ends_the_process_with_0_and_a_node_is_restarted()
    {
        await using var stock = await FailingProcess.StartAsync("background-service");
        await stock.BreakAsync();
        Assert.Equal(0, await stock.Process.ExitAsync()); // nobody has asked it to end

        await using var ours = await FailingProcess.StartAsync("node");
        await FailsAndHealsAsync(ours);
        Assert.False(ours.Process.HasExited);
        Assert.Equal(0, await ours.TerminateAsync());
    }

    /// <summary>
    /// Trap 8. The platform: with <c>Ignore</c> the process lives, Healthy, and the work is dead for ever. Ours: the node is failed
    /// meanwhile, and the work goes on, as often as that happens.
    /// </summary>
    [Fact]
    public async Task Trap_8_a_background_service_that_is_ignored_is_dead_and_healthy_and_a_node_is_failed_and_comes_back()
    {
        await using var stock = await FailingProcess.StartAsync("background-service-ignored");
        await stock.BreakAsync();
        var dead = await stock.Probes.UntilAsync("/work", work => work.Body.GetProperty("hasEnded").GetBoolean());
        Assert.Equal("Healthy", await stock.StockHealthAsync());

        await using var ours = await FailingProcess.StartAsync("node");
        await FailsAndHealsAsync(ours);
        await FailsAndHealsAsync(ours);
        Assert.True((await ours.Probes.AskAsync("/work")).Body.GetProperty("restarts").GetInt32() >= 2);

        // All that time has brought nothing back, and nobody has been told.
        Assert.Equal(dead.Body.GetRawText(), (await stock.Probes.AskAsync("/work")).Body.GetRawText());
        Assert.Equal("Healthy", await stock.StockHealthAsync());
        Assert.Equal(0, await stock.TerminateAsync());
    }

    /// <summary>
    /// Trap 9. The platform: a <c>Timer</c>'s callback that throws aborts the process. Ours: the work is a node instead; and whatever else
    /// the library calls on such a thread may throw: a log in a connection's event, the callback of a cancellation, a stop.
    /// </summary>
    [Fact]
    public async Task Trap_9_a_timer_that_throws_aborts_the_process_and_our_callbacks_do_not()
    {
        await using var stock = await FailingProcess.StartAsync("timer");
        await stock.BreakAsync();
        Assert.Equal(Aborted, await stock.Process.ExitAsync());

        await using var ours = await FailingProcess.StartAsync("callbacks");
        await ours.Probes.UntilAsync("/ready", probe => probe.Status == 200);
        await ours.BreakAsync();
        await ours.Probes.UntilAsync("/ready", probe => probe.ReasonOf("work") == "InvalidOperationException: a bug in the work");
        await ours.Probes.UntilAsync("/ready", probe => probe.ReasonOf("cancelled") == "no answer within 0.1 s");
        await ours.Probes.UntilAsync("/ready",
            probe => probe.ReasonOf("connection") is { } why && why.EndsWith("no reason given", StringComparison.Ordinal));
        await ours.MendAsync();
        await ours.WorksAsync();
        Assert.Equal(200, (await ours.Probes.AskAsync("/health")).Status);
        Assert.Equal(0, await ours.TerminateAsync());
    }

    private static async Task FailsAndHealsAsync(FailingProcess ours)
    {
        await ours.Probes.UntilAsync("/ready", probe => probe.Status == 200);
        await ours.BreakAsync();
        var failed = await ours.Probes.UntilAsync("/ready", probe => probe.StateOf("work") == "failed");
        Assert.Equal((503, "InvalidOperationException: a bug in the work"), (failed.Status, failed.ReasonOf("work")));
        await ours.MendAsync();
        await ours.Probes.UntilAsync("/ready", probe => probe.Status == 200);
        await ours.WorksAsync();
    }
}
