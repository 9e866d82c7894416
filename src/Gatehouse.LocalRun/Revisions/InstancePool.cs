using Gatehouse.LocalRun.Instances;

namespace Gatehouse.LocalRun.Revisions;

/// <summary>
/// The instances of one revision. A request gets a place on one, or waits for it; the autoscaler keeps as many instances as the requests that
/// are there, served and waiting, need at 60 % of their concurrency, between minimum and maximum. An instance that has had nothing to do for
/// 15 minutes is ended. Safe to use from any thread.
/// </summary>
internal sealed class InstancePool(RevisionSettings settings, Platform platform, Action<string?> checkedStart) : IInstanceOwner
{
    private readonly Lock _gate = new();            // guards all below, and the state and the count of requests of the instances
    private readonly List<Instance> _instances = [];
    private readonly Dictionary<Instance, long> _readySince = [];
    private readonly StartUpTimes _startUps = new();
    private readonly LinkedList<TaskCompletionSource<Admission>> _waiting = [];
    private readonly List<Task> _lives = [];
    private readonly RestartDelay _restart = new(platform.Clock);
    private IdleTimers? _idle;
    private ITimer? _restartTimer;
    private int _number;
    private int _least;
    private bool _isClosed;
    private bool _lastStartFailed;

    public RevisionSettings Settings => settings;

    /// <summary>How long a request waits for an instance.</summary>
    public TimeSpan Hold
    {
        get
        {
            lock (_gate) return _startUps.Hold;
        }
    }

    public PoolView View
    {
        get
        {
            lock (_gate)
                return new(_waiting.Count, [.. _instances.Select(each => new InstanceView(each.Name, each.Port, each.State.ToString(), each.InFlight))]);
        }
    }

    /// <summary>Whether the instance is there and takes requests.</summary>
    public bool Has(string instance)
    {
        lock (_gate) return _instances.Exists(each => each.Name == instance && each.State is (InstanceState.Serving or InstanceState.Unready));
    }

    /// <summary>Starts the instance that shows whether the revision is any good.</summary>
    public void StartFirst()
    {
        lock (_gate) StartLocked();
    }

    /// <summary>How many instances there are whatever the traffic.</summary>
    public void KeepAtLeast(int instances)
    {
        lock (_gate)
        {
            _least = instances;
            ScaleLocked();
            foreach (var each in _instances) WatchIdleLocked(each);
        }
    }

    /// <summary>
    /// A place on an instance, with <paramref name="wanted"/> before all others if it is there and has one. To be given back with
    /// <see cref="Return"/>. Waits as long as the platform holds a request.
    /// </summary>
    public async Task<Admission> AdmitAsync(string? wanted, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource<Admission>> ticket;
        lock (_gate)
        {
            if (_isClosed) return Admission.Refused(Refusal.NotInTime);
            if (FreeLocked(wanted) is { } free) return Admission.To(TakeLocked(free));
            ticket = _waiting.AddLast(new TaskCompletionSource<Admission>(TaskCreationOptions.RunContinuationsAsynchronously));
            ScaleLocked();
            // Known to be bad, and not yet to be tried again: it fails at once, as it was seen to (with a latency of 0 s).
            if (_lastStartFailed && !_instances.Exists(each => each.State is InstanceState.Starting or InstanceState.Serving)) RefuseAllLocked(Refusal.CouldNotStart);
        }
        using var hold = new CancellationTokenSource(Hold, platform.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(hold.Token, cancellationToken);
        await using (both.Token.Register(() => GiveUp(ticket, cancellationToken)))
        {
            return await ticket.Value.Task;
        }
    }

    public void Return(Instance instance)
    {
        lock (_gate)
        {
            instance.InFlight--;
            DispatchLocked();
            WatchIdleLocked(instance);
        }
    }

    public void Started(Instance instance, TimeSpan took)
    {
        lock (_gate)
        {
            _lastStartFailed = false;
            _startUps.Add(took);
            _readySince[instance] = platform.Clock.GetTimestamp();
            if (instance.State is InstanceState.Starting) instance.State = InstanceState.Serving;
            DispatchLocked();
            WatchIdleLocked(instance);
        }
        checkedStart(null);
    }

    public void ReadinessChanged(Instance instance, bool isReady)
    {
        lock (_gate)
        {
            if (instance.State is InstanceState.Serving or InstanceState.Unready) instance.State = isReady ? InstanceState.Serving : InstanceState.Unready;
            if (isReady) DispatchLocked();
            else ScaleLocked();
        }
    }

    public void Ended(Instance instance, string? startFailure)
    {
        lock (_gate)
        {
            var wasAskedToEnd = instance.State is InstanceState.Stopping;
            instance.State = InstanceState.Gone;
            _instances.Remove(instance);
            IdleLocked.Forget(instance);
            if (_readySince.Remove(instance, out var since)) _restart.Lived(platform.Clock.GetElapsedTime(since));
            if (!wasAskedToEnd) FailedLocked(startFailure is not null);
            if (!_isClosed) ScaleLocked();
        }
        if (startFailure is not null) checkedStart(startFailure);
    }

    /// <summary>Ends all instances and takes no more requests. Done when all are gone.</summary>
    public async Task CloseAsync(string why)
    {
        Task[] lives;
        lock (_gate)
        {
            _isClosed = true;
            RefuseAllLocked(Refusal.NotInTime);
            _restartTimer?.Dispose();
            foreach (var each in _instances.ToArray()) StopLocked(each, why);
            lives = [.. _lives];
        }
        await Task.WhenAll(lives);
    }

    private Instance? FreeLocked(string? wanted)
    {
        // An instance that its client is bound to gets its requests even when it is not ready.
        if (wanted is not null && _instances.Find(each => each.Name == wanted) is { State: InstanceState.Serving or InstanceState.Unready } bound && HasPlace(bound))
            return bound;
        return _instances.Where(each => each.State is InstanceState.Serving && HasPlace(each)).MinBy(each => each.InFlight);
    }

    private bool HasPlace(Instance instance) => instance.InFlight < settings.Concurrency;

    private Instance TakeLocked(Instance instance)
    {
        instance.InFlight++;
        IdleLocked.Forget(instance);
        ScaleLocked();
        return instance;
    }

    private void DispatchLocked()
    {
        while (_waiting.First is { } first && FreeLocked(null) is { } free)
        {
            _waiting.RemoveFirst();
            first.Value.TrySetResult(Admission.To(TakeLocked(free)));
        }
    }

    private void RefuseAllLocked(Refusal refusal)
    {
        foreach (var each in _waiting) each.TrySetResult(Admission.Refused(refusal));
        _waiting.Clear();
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource<Admission>> ticket, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (ticket.List is null) return;        // it has got its answer
            _waiting.Remove(ticket);
            if (cancellationToken.IsCancellationRequested) ticket.Value.TrySetCanceled(cancellationToken);
            else ticket.Value.TrySetResult(Admission.Refused(_instances.Count >= settings.MaxInstances ? Refusal.MaxInstances : Refusal.NotInTime));
        }
    }

    private void ScaleLocked()
    {
        if (_isClosed) return;
        var requests = _waiting.Count + _instances.Sum(each => each.InFlight);
        var wanted = Math.Max(_least, (requests + settings.TargetConcurrency - 1) / settings.TargetConcurrency);
        var there = _instances.Count(each => each.State is InstanceState.Starting or InstanceState.Serving);
        var room = settings.MaxInstances - _instances.Count;
        var missing = Math.Min(wanted - there, room);
        if (missing <= 0) return;
        if (_restart.Left is { Ticks: > 0 } left)
        {
            _restartTimer?.Dispose();
            _restartTimer = platform.Clock.CreateTimer(_ => TryAgain(), null, left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            return;
        }
        for (var i = 0; i < missing; i++) StartLocked();
    }

    private void TryAgain()
    {
        lock (_gate) ScaleLocked();
    }

    private void StartLocked()
    {
        if (_isClosed) return;
        var instance = new Instance(settings, ++_number, platform);
        _instances.Add(instance);
        _lives.RemoveAll(each => each.IsCompleted);
        _lives.Add(Task.Run(() => instance.RunAsync(this)));
    }

    private void FailedLocked(bool atStart)
    {
        _restart.Failed();
        _lastStartFailed = atStart;
        if (atStart && !_instances.Exists(each => each.State is InstanceState.Starting or InstanceState.Serving)) RefuseAllLocked(Refusal.CouldNotStart);
    }

    private void StopLocked(Instance instance, string why)
    {
        if (instance.State is InstanceState.Stopping or InstanceState.Gone) return;
        instance.State = InstanceState.Stopping;
        IdleLocked.Forget(instance);
        instance.Stop(why);
    }

    private IdleTimers IdleLocked => _idle ??= new(platform.Clock, EndIdle);

    private void WatchIdleLocked(Instance instance)
    {
        if (instance is { InFlight: 0, State: InstanceState.Serving or InstanceState.Unready }) IdleLocked.Watch(instance);
    }

    private void EndIdle(Instance instance)
    {
        lock (_gate)
        {
            IdleLocked.Forget(instance);
            if (instance.InFlight > 0 || _instances.Count(each => each.State is InstanceState.Serving or InstanceState.Unready) <= _least) return;
            StopLocked(instance, "idle for 15 minutes");
        }
    }
}
