using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Revisions;

namespace Gatehouse.LocalRun.Instances;

internal enum InstanceState { Starting, Serving, Unready, Stopping, Gone }

/// <summary>Hears of an instance's life. Called from the instance's own task, never while the caller holds a lock.</summary>
internal interface IInstanceOwner
{
    void Started(Instance instance, TimeSpan took);

    void ReadinessChanged(Instance instance, bool isReady);

    /// <summary>It is gone. <paramref name="startFailure"/> says why where it had never been ready and nobody had told it to end.</summary>
    void Ended(Instance instance, string? startFailure);
}

/// <summary>
/// One instance of a revision: a process and its probes. <see cref="RunAsync"/> is its whole life: started, probed until the start-up probe
/// passes or is exhausted, then watched until the process ends, by itself or because it was told to.
/// </summary>
internal sealed class Instance(RevisionSettings revision, int number, Platform platform)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<HttpMessageInvoker> _connections = new(Ingress.Connections.Create);
    private volatile string? _why;              // why it was told to end; null as long as nobody has
    private volatile ContainerProcess? _process;
    private volatile Task _leaving = Task.CompletedTask;        // what the order to end has begun; over soon after the process
    private volatile Task _killing = Task.CompletedTask;

    public string Name { get; } = FormattableString.Invariant($"{revision.Revision}/{number}");

    public RevisionSettings Revision => revision;

    /// <summary>Done when it has ended and its owner knows.</summary>
    public Task Gone => _gone.Task;

    public int Port { get; } = platform.Ports.Take();

    /// <summary>Guarded by the pool, as is <see cref="InFlight"/>.</summary>
    public InstanceState State { get; set; } = InstanceState.Starting;

    public int InFlight { get; set; }

    private InstanceProbes Probes => field ??= new(revision, Name, Port, platform);

    /// <summary>The ingress's connections to it.</summary>
    public HttpMessageInvoker Connections => _connections.Value;

    public async Task RunAsync(IInstanceOwner owner)
    {
        var began = platform.Clock.GetTimestamp();
        var failure = Start();
        if (failure is null)
        {
            failure = await StartUpAsync();
            if (failure is null)
            {
                var took = platform.Clock.GetElapsedTime(began);
                platform.Events.Add(new InstanceReady(revision.Revision, Name, took));
                owner.Started(this, took);
                await WatchAsync(owner);
            }
            else
            {
                if (!_process!.Ended.IsCompleted) Kill(failure);
            }
        }
        var code = _process is null ? (int?)null : await _process.Ended;
        await Task.WhenAll(_leaving, _killing);
        platform.Ports.Return(Port);
        platform.Events.Add(new InstanceEnded(revision.Revision, Name, code, _why ?? failure ?? "the process ended by itself"));
        owner.Ended(this, failure);
        _gone.SetResult();
        if (_connections.IsValueCreated) _connections.Value.Dispose();
    }

    /// <summary>SIGTERM, 10 s, SIGKILL.</summary>
    public void Stop(string why)
    {
        if (!Leave("SIGTERM", why)) return;
        _process?.Terminate();
        _killing = KillAfterGraceAsync();
    }

    /// <summary>SIGKILL at once.</summary>
    public void Kill(string why)
    {
        if (Leave("SIGKILL", why)) _process?.Kill();
    }

    private bool Leave(string signal, string why)
    {
        if (Interlocked.CompareExchange(ref _why, why, null) is not null) return false;
        platform.Events.Add(new InstanceStopping(revision.Revision, Name, signal, why));
        // Not here: who is cancelled would go on on this thread, which may hold the pool's lock.
        _leaving = _ending.CancelAsync();
        return true;
    }

    private async Task KillAfterGraceAsync()
    {
        if (_process is not { } process) return;
        using var over = new CancellationTokenSource();
        var grace = Task.Delay(Grace, platform.Clock, over.Token);
        if (await Task.WhenAny(process.Ended, grace) == grace) process.Kill();
        await over.CancelAsync();
    }

    private string? Start()
    {
        try
        {
            var process = ContainerProcess.Start(platform.Command(revision, Port), platform.Watchdog,
                line => platform.Events.Add(new LogWritten(LogSeverity.Default, revision.Service, revision.Revision, Name, line, IsOutput: true)));
            _process = process;
            platform.Events.Add(new InstanceStarting(revision.Revision, Name, process.Id, Port));
            if (_why is not null) process.Kill();       // it was told to end in between
            return null;
        }
        catch (ContainerStartException exception)
        {
            platform.Events.Log(LogSeverity.Error, revision.Service, revision.Revision, Name, exception.Message);
            return exception.Message;
        }
    }

    /// <returns>Null once the probe has passed; else why the instance is no good.</returns>
    private async Task<string?> StartUpAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        var probing = ProbeStartupAsync(over.Token);
        if (await Task.WhenAny(probing, _process!.Ended) == probing) return await probing;
        await over.CancelAsync();
        await probing;
        if (_why is not null) return _why;
        var line = FormattableString.Invariant($"The process ended with exit code {await _process.Ended} before its start-up probe had passed.");
        platform.Events.Log(LogSeverity.Error, revision.Service, revision.Revision, Name, line);
        return line;
    }

    private async Task<string?> ProbeStartupAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Probes.StartUpAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return _why ?? "it ended";
        }
    }

    private async Task WatchAsync(IInstanceOwner owner)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        var watches = Task.WhenAll(Probes.LivenessAsync(Kill, over.Token), Probes.ReadinessAsync(isReady => owner.ReadinessChanged(this, isReady), over.Token));
        await _process!.Ended;
        await over.CancelAsync();
        await watches;
    }
}
