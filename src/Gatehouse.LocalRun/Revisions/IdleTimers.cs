using Gatehouse.LocalRun.Instances;

namespace Gatehouse.LocalRun.Revisions;

/// <summary>Tells when an instance has had nothing to do for as long as the platform keeps an idle one. Guarded by the pool.</summary>
internal sealed class IdleTimers(TimeProvider clock, Action<Instance> over)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private readonly Dictionary<Instance, ITimer> _timers = [];

    public void Watch(Instance instance)
    {
        if (!_timers.ContainsKey(instance)) _timers[instance] = clock.CreateTimer(_ => over(instance), null, Life, Timeout.InfiniteTimeSpan);
    }

    public void Forget(Instance instance)
    {
        if (_timers.Remove(instance, out var timer)) timer.Dispose();
    }
}
