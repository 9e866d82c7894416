using Gatehouse.Runs;

namespace Gatehouse.Tests.Simulation;

/// <summary>One history: decisions, made by a <see cref="Chooser"/>, until the plan is used up; then the world is left to heal and judged.</summary>
internal sealed class History(Plan plan, Chooser chooser, List<string>? trace = null, IBackend? backend = null)
{
    private const int HealingSteps = 20_000;

    private readonly World _world = new(trace, backend);
    private readonly List<(string Name, Action Do)> _options = [];
    private int _messages = plan.Messages;
    private int _faults = plan.Faults;
    private int _cancels = 1;

    /// <exception cref="ViolationException">A property does not hold.</exception>
    public void Play()
    {
        foreach (var client in _world.Clients) client.Connect(_world.Nodes[0]);
        _world.SendMessage(_world.Nodes[0]);
        for (var step = 0; step < plan.Steps; step++)
        {
            var fault = _faults > 0 && plan.FaultEvery > 0 && chooser.Pick(plan.FaultEvery) == plan.FaultEvery - 1;
            _options.Clear();
            if (fault) Faults();
            else Progress();
            if (_options.Count == 0) Add("time passes", () => _world.Pass(TimeSpan.FromMilliseconds(50)));
            var (name, act) = _options[chooser.Pick(_options.Count)];
            if (fault) _faults--;
            _world.Trace((fault ? "FAULT " : "") + name);
            act();
        }
        Heal();
        _world.Checks.Settled(_world);
    }

    private void Progress()
    {
        foreach (var call in _world.Calls) Add(call.Name, () => _world.Advance(call));
        foreach (var node in _world.Nodes)
            if (node.HasPublication) Add($"{node} takes a publication", node.Receive);
        foreach (var client in _world.Clients)
        {
            if (client.HasFrame) Add($"{client} takes a frame", client.Receive);
            if (!client.Connected)
                foreach (var node in _world.Nodes) Add($"{client} connects to {node}", () => client.Connect(node));
        }
        foreach (var owner in _world.Owners)
        {
            if (owner.Works) Add($"{owner} hears its model", owner.Work);
            Add($"{owner} renews its lease", owner.Renew);
        }
        if (_messages > 0) Add("a user sends a message", () => { _messages--; _world.SendMessage(_world.Nodes[0]); });
        Add("time passes", () => _world.Pass(TimeSpan.FromMilliseconds(50)));
        Add("an interrupt is answered", () => _world.AnswerInterrupt(_world.Nodes[1], approve: chooser.Pick(2) == 0));
    }

    private void Faults()
    {
        foreach (var call in _world.Calls.Where(call => !call.Lost))
        {
            Add($"{call.Name} is lost", () => _world.Lose(call, arrivesLate: false));
            if (!call.Executed) Add($"{call.Name} is late", () => _world.Lose(call, arrivesLate: true));
        }
        foreach (var node in _world.Nodes)
        {
            Add($"{node} dies", () => _world.Kill(node));
            Add($"{node} takes the thread over", () => _world.Claim(node));
            if (node.HasPublication)
            {
                Add($"{node} loses a publication", node.LosePublication);
                Add($"{node} is given a publication twice", node.RepeatPublication);
            }
            Add($"{node} compares its feed with the log", node.Refresh);
        }
        foreach (var client in _world.Clients)
            if (client.Connected) Add($"{client} is cut off", client.Drop);
        foreach (var owner in _world.Owners)
        {
            Add($"{owner} hands over", () => owner.Tell(new OwnerInput.HandOver(AtOnce: false)));
            Add($"{owner} hands over at once", () => owner.Tell(new OwnerInput.HandOver(AtOnce: true)));
        }
        Add("the servers are paused for longer than a lease", () => _world.Pass(World.Lease));
        Add("the log is flushed", _world.Backend.Flush);
        Add("the log is dumped", _world.Backend.Dump);
        Add("the log goes back to the dump", _world.Backend.Rewind);
        if (_cancels == 0) return;
        Add("a run is cancelled", () => { _cancels--; _world.Cancel(chooser.Pick(_world.Runs.Count), isTold: true); });
        Add("a run is cancelled, and the signal is lost", () => { _cancels--; _world.Cancel(chooser.Pick(_world.Runs.Count), isTold: false); });
    }

    private void Add(string name, Action act) => _options.Add((name, act));

    // No more faults: what the product does by itself, in a fair order, until nothing is left to do.
    private void Heal()
    {
        _world.Trace("HEAL");
        for (var step = 0; step < HealingSteps; step++)
        {
            if (_world.Calls.Count > 0) _world.Advance(_world.Calls[0]);
            else if (_world.Nodes.FirstOrDefault(node => node.HasPublication) is { } node) node.Receive();
            else if (_world.Clients.FirstOrDefault(client => client.HasFrame) is { } client) client.Receive();
            else if (_world.Owners.FirstOrDefault(owner => owner.Works) is { } owner) owner.Work();
            else if (!HealMore()) return;
        }
        throw new ViolationException("the world does not come to rest");
    }

    private int _healed;

    private bool HealMore()
    {
        foreach (var client in _world.Clients)
            if (!client.Connected) client.Connect(_world.Nodes[1]);
        var open = _world.Backend.HasOpenRuns();
        foreach (var owner in _world.Owners) owner.Renew();
        if (open && !_world.IsOwned(_world.Generation)) _world.Claim(_world.Nodes[0]);
        else if (open || _world.Owners.Any() || _world.Clients.Any(client => client.Waits)) _world.Pass(TimeSpan.FromMilliseconds(50));
        else if (_world.Backend.Snapshot() is { Interrupts.Count: > 0 }) _world.AnswerInterrupt(_world.Nodes[0], approve: true);
        else if (_healed++ < 3)
            foreach (var node in _world.Nodes) node.Refresh();
        else return false;
        return true;
    }
}
