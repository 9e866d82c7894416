using Gatehouse.Log;
using Gatehouse.Runs;
using Gatehouse.Store;

namespace Gatehouse.Tests.Simulation;

/// <summary>An owner in the simulated world: the real machine, and the calls that it has under way.</summary>
internal sealed class SimOwner
{
    private static readonly OwnerRules Rules = new(
        TimeSpan.FromMilliseconds(40), TimeSpan.FromMinutes(10), MaxSteps: 5, CheckpointEvery: 4, (_, tool) => SimModel.Rules(tool));

    private readonly World _world;
    private readonly OwnerMachine _machine;
    private readonly Queue<OwnerInput> _work = [];      // what the model or tool under way is about to say
    private bool _renewing;

    public SimOwner(World world, string node, Claim claim, DateTimeOffset leasedUntil)
    {
        _world = world;
        Node = node;
        Claim = claim;
        _machine = new(claim, Rules, leasedUntil);
        _machine.Start(world.Now);
        Perform();
    }

    public string Node { get; }

    public Claim Claim { get; }

    /// <summary>It has stopped, or its process is dead.</summary>
    public bool Gone { get; private set; }

    /// <summary>Whether the model or a tool has something to say.</summary>
    public bool Works => !Gone && _work.Count > 0;

    public void Work() => Tell(_work.Dequeue());

    public void Kill() => Gone = true;

    /// <summary>Asks the store for a longer lease. The answer counts from when it was asked.</summary>
    public void Renew()
    {
        if (_renewing) return;
        _renewing = true;
        var asked = _world.Now;
        Call("renew", () => new Renewed(_world.Renew(Node, Claim.Generation)), renewed =>
        {
            _renewing = false;
            if (renewed is null) return OwnerInput.Tick.Instance;       // the answer was lost
            if (renewed.Cancelled is null) return OwnerInput.LeaseLost.Instance;
            foreach (var runId in renewed.Cancelled) Tell(new OwnerInput.Cancel(runId));
            return new OwnerInput.Leased(asked + World.Lease);
        });
    }

    public void Tell(OwnerInput input)
    {
        if (Gone) return;
        _machine.Handle(input, _world.Now);
        Perform();
    }

    private void Perform()
    {
        foreach (var effect in _machine.TakeEffects())
            switch (effect)
            {
                case OwnerEffect.CallLog call:
                    Call(call.Call.GetType().Name, () => (LogAnswer?)_world.CallLog(call.Call), answer => new OwnerInput.LogAnswered(answer));
                    break;
                case OwnerEffect.Write write:
                    Call($"write {write.Checkpoint.Change} at {write.Checkpoint.Position}", () => (CheckpointVerdict?)_world.Write(write.Checkpoint),
                        verdict => new OwnerInput.CheckpointAnswered(verdict));
                    break;
                case OwnerEffect.Proceed:
                    Call("proceed", () => _world.Backend.Proceed(Claim.Generation), proceeding => proceeding is null
                        ? OwnerInput.ProceedLost.Instance : new OwnerInput.Proceeded(proceeding.Stale, proceeding.Run));
                    break;
                case OwnerEffect.Release:
                    Call("release", () => _world.Release(Claim.Generation), answered => new OwnerInput.Released(answered));
                    break;
                case OwnerEffect.CallModel call:
                    _world.StepBegun(call, Claim.Generation);
                    foreach (var delta in SimModel.Step(call.Run, call.Step)) _work.Enqueue(new OwnerInput.ModelSaid(call.Run.RunId, call.Step, delta));
                    _work.Enqueue(new OwnerInput.ModelEnded(call.Run.RunId, call.Step, null));
                    break;
                case OwnerEffect.CallTool call:
                    _world.ToolCalled(call.Call, Claim.Generation);
                    _work.Enqueue(new OwnerInput.ToolEnded(call.Call.CallId, $"result of {call.Call.CallId}", null));
                    break;
                case OwnerEffect.StopWork: _work.Clear(); break;
                case OwnerEffect.Stop stop:
                    Gone = true;
                    _world.Trace($"{this} stops: {stop.Reason}");
                    break;
            }
    }

    private void Call<T>(string what, Func<T> execute, Func<T?, OwnerInput> input) =>
        _world.Send(new SimCall<T>($"{this} {what}", execute, answer => Tell(input(answer))));

    public override string ToString() => $"owner g{Claim.Generation}@{Node}";

    /// <param name="Cancelled">Null: it is the owner no more.</param>
    private sealed record Renewed(IReadOnlyList<string>? Cancelled);
}
