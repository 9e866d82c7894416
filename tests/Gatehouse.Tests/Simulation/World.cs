using Gatehouse.Log;
using Gatehouse.Protocol;
using Gatehouse.Runs;
using Gatehouse.Store;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Simulation;

/// <summary>
/// One thread in a world of two servers, a store, a log, two clients and a network that loses things. Everything that decides is
/// the product's own state machine; everything around it is as plain as can be.
/// </summary>
internal sealed class World
{
    public const string Thread = "t";

    /// <summary>How long a claim and a renewal last.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _clock = new();
    private readonly List<SimCall> _calls = [];
    private readonly List<SimOwner> _owners = [];
    private readonly List<string>? _trace;
    private DateTimeOffset _leasedUntil;        // by the store
    private int _sent;
    private int _answers;

    /// <param name="backend">What keeps the thread; null for the models.</param>
    public World(List<string>? trace = null, IBackend? backend = null)
    {
        _trace = trace;
        Backend = backend ?? new ModelBackend(_clock);
        Nodes = [new(this, "n1"), new(this, "n2")];
        Clients = [new(this, "c1"), new(this, "c2")];
    }

    public IBackend Backend { get; }

    public Checks Checks { get; } = new();

    public IReadOnlyList<SimNode> Nodes { get; }

    public IReadOnlyList<SimClient> Clients { get; }

    public IReadOnlyList<SimCall> Calls => _calls;

    public DateTimeOffset Now => _clock.GetUtcNow();

    public IEnumerable<SimOwner> Owners => _owners.Where(owner => !owner.Gone);

    /// <summary>The ids of the runs that were accepted.</summary>
    public List<string> Runs { get; } = [];

    public void Trace(string what) => _trace?.Add(what);

    // ── what the users do ────────────────────────────────────────────────────────────────────────────────────────────

    public void SendMessage(SimNode node)
    {
        var number = _sent++;
        Accept(node, Backend.Accept(new(Thread, $"m{number}", $"question {number}", "agent", $"r{number}", Now), node.Name));
    }

    public void AnswerInterrupt(SimNode node, bool approve)
    {
        if (Backend.Snapshot() is not { Interrupts: [var interrupt, ..] }) return;
        if (approve) Checks.Approved(interrupt.ToolCallId!);
        Accept(node, Backend.Answer(new(interrupt.Id, approve ? "yes" : "no", approve, null, $"a{_answers++}", Now), node.Name));
    }

    /// <param name="isTold">Whether the signal reaches the owner; if not, it hears of it when it renews its lease.</param>
    public void Cancel(int run, bool isTold)
    {
        Backend.Cancel(Runs[run]);
        if (!isTold) return;
        foreach (var owner in Owners) owner.Tell(new OwnerInput.Cancel(Runs[run]));
    }

    private void Accept(SimNode node, AcceptResult result)
    {
        var done = (AcceptResult.Done)result;
        Runs.Add(done.RunId);
        if (done.Claim is { } claim) Own(node, claim);
        else if (done.Queued > 0)
            foreach (var owner in Owners) owner.Tell(new OwnerInput.Queued(done.RunId, "m", "text"));
    }

    // ── ownership ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>A server takes the thread when the lease of who owns it has run out; that owner does not know yet.</summary>
    public void Claim(SimNode node)
    {
        if (Now < _leasedUntil) Pass(_leasedUntil - Now);
        if (Backend.Claim(node.Name) is { } claim) Own(node, claim);
    }

    /// <summary>Whether somebody is at work on the thread as its owner by the store.</summary>
    public bool IsOwned(long generation) => Owners.Any(owner => owner.Claim.Generation == generation);

    private void Own(SimNode node, Claim claim)
    {
        Trace($"{node} owns the thread: g{claim.Generation} at {claim.Position}{(claim.Orderly ? "" : ", taken over")}, run {claim.Run?.RunId} {claim.Run?.State}");
        Generation = claim.Generation;
        _leasedUntil = Now + Lease;
        _owners.Add(new(this, node.Name, claim, _leasedUntil));
    }

    /// <returns>The runs that are to be cancelled; null if the generation is not the thread's any more.</returns>
    public IReadOnlyList<string>? Renew(string owner, long generation)
    {
        var cancelled = Backend.Renew(owner, generation);
        if (cancelled is not null) _leasedUntil = Now + Lease;
        return cancelled;
    }

    /// <returns>True: it was answered.</returns>
    public bool Release(long generation)
    {
        if (Backend.Release(generation) is CheckpointVerdict.Done) _leasedUntil = Now;
        return true;
    }

    /// <summary>The newest generation.</summary>
    public long Generation { get; private set; }

    public void Kill(SimNode node)
    {
        foreach (var owner in _owners.Where(owner => owner.Node == node.Name)) owner.Kill();
        foreach (var client in Clients.Where(client => client.IsOn(node))) client.Drop();
        node.Restart();
    }

    // ── the network ──────────────────────────────────────────────────────────────────────────────────────────────────

    public void Send(SimCall call) => _calls.Add(call);

    public void Advance(SimCall call)
    {
        Trace($"{call.Name}: {(call.Executed ? "answered" : "done")}");
        if (call.Advance()) _calls.Remove(call);
    }

    /// <summary>The caller gives up; a call that was on its way may arrive late, or never.</summary>
    public void Lose(SimCall call, bool arrivesLate)
    {
        Trace($"{call.Name}: {(call.Executed ? "the answer is lost" : arrivesLate ? "is given up, and still under way" : "is lost")}");
        if (call.Executed || !arrivesLate) _calls.Remove(call);
        call.Lose();
    }

    public void FeedChanged(SimNode node)
    {
        foreach (var client in Clients.Where(client => client.IsOn(node))) client.Serve();
    }

    public void Pass(TimeSpan time)
    {
        _clock.Advance(time);
        foreach (var owner in Owners.ToList()) owner.Tell(OwnerInput.Tick.Instance);
        foreach (var client in Clients.Where(client => client.Waits)) client.Retry();
    }

    // ── the log and the store ────────────────────────────────────────────────────────────────────────────────────────

    public LogAnswer CallLog(LogCall call)
    {
        if (call is LogCall.Begin begin) return Backend.Begin(begin);
        var append = (LogCall.Append)call;
        var (answer, added) = Backend.Append(append);
        if (added)
        {
            Checks.Appended(append.Expected, append.Entries);
            foreach (var node in Nodes) node.Publish(append.Expected, append.Entries);
        }
        return answer;
    }

    public LogSlice ReadLog(Position after) => Backend.Read(after, limit: 4);

    public CheckpointVerdict Write(Checkpoint checkpoint)
    {
        var verdict = Backend.Write(checkpoint);
        if (verdict is CheckpointVerdict.Done) Checks.Written(checkpoint, Backend.Snapshot()!);
        return verdict;
    }

    public void ToolCalled(PendingCall call, long generation) => Checks.ToolCalled(call.CallId, call.Tool, generation == Generation);

    public void StepBegun(OwnerEffect.CallModel call, long generation) => Checks.StepBegun(call.Run.RunId, call.Step, generation == Generation);
}
