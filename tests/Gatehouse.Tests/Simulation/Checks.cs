using System.Text;
using Gatehouse.Log;
using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Tests.Simulation;

/// <summary>What must hold in every history.</summary>
internal sealed class Checks
{
    private readonly Dictionary<Position, (Position Before, LogEntry Entry)> _appended = [];
    private readonly Dictionary<Position, string> _stored = [];
    private readonly Dictionary<string, int> _toolStarts = [];
    private readonly Dictionary<string, int> _approvals = [];
    private readonly HashSet<string> _toolsEnded = [];

    public void Appended(Position after, IReadOnlyList<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (after.Next(entry.Utf8.Span) != entry.Position) throw new ViolationException($"{entry.Position} does not chain to {after}");
            if (_appended.TryGetValue(entry.Position, out var known) && !known.Entry.Utf8.Span.SequenceEqual(entry.Utf8.Span))
                throw new ViolationException($"two events stand at {entry.Position}");
            _appended[entry.Position] = (after, entry);
            after = entry.Position;
        }
    }

    public void Written(Checkpoint checkpoint, ThreadSnapshot snapshot)
    {
        if (snapshot.Position != checkpoint.Position) return;   // an older checkpoint that arrived late
        _stored[snapshot.Position] = SimReplica.Print(snapshot.Messages);
        if (checkpoint.Change is RunChange.ToolEnded ended) _toolsEnded.Add(ended.CallId);
    }

    public void StepBegun(string runId, int step, bool isOwner)
    {
        if (!isOwner) throw new ViolationException($"step {step} of {runId} is begun without a lease");
    }

    public void ToolCalled(string callId, string tool, bool isOwner)
    {
        if (!isOwner) throw new ViolationException($"{callId} ({tool}) is called without a lease");
        if (_toolsEnded.Contains(callId)) throw new ViolationException($"{callId} had ended and is called again");
        var starts = _toolStarts[callId] = _toolStarts.GetValueOrDefault(callId) + 1;
        var allowed = (tool == SimModel.Guarded ? 0 : 1) + _approvals.GetValueOrDefault(callId);
        if (tool != SimModel.Safe && starts > allowed) throw new ViolationException($"{callId} ({tool}) is called {starts} times, and may be {allowed} times");
    }

    public void Approved(string callId) => _approvals[callId] = _approvals.GetValueOrDefault(callId) + 1;

    // Wherever a client stands at a position that the store has recorded, it has what the store recorded.
    public void ClientMoved(string client, SimReplica replica, Position cursor)
    {
        if (_stored.TryGetValue(cursor, out var stored) && stored != replica.ToString())
            throw new ViolationException($"{client} at {cursor} has\n{replica}\nbut the store has\n{stored}");
        if (replica.Ended.Count != replica.Ended.Distinct().Count())
            throw new ViolationException($"{client} saw two ends of a run: {string.Join(", ", replica.Ended)}");
    }

    /// <summary>When all has come to rest.</summary>
    public void Settled(World world)
    {
        var snapshot = world.Backend.Snapshot();
        if (snapshot is null) return;
        if (snapshot.Run is not null || snapshot.Queued.Count > 0) throw new ViolationException("a run was left open");
        foreach (var client in world.Clients)
        {
            if (client.Cursor != snapshot.Position) throw new ViolationException($"{client} stands at {client.Cursor}, the store at {snapshot.Position}");
            if (client.Replica.ToString() != SimReplica.Print(snapshot.Messages))
                throw new ViolationException($"{client} has\n{client.Replica}\nbut the store has\n{SimReplica.Print(snapshot.Messages)}");
        }
        var ends = Terminals(snapshot.Position);
        foreach (var run in world.Runs)
            if (ends.GetValueOrDefault(run) != 1) throw new ViolationException($"{run} has {ends.GetValueOrDefault(run)} terminal events");
    }

    // Walks the whole chain back from its end, over everything that the log has ever forgotten.
    private Dictionary<string, int> Terminals(Position position)
    {
        var ends = new Dictionary<string, int>();
        var ended = 0;
        for (; position.Seq > 0; position = _appended[position].Before)
        {
            var text = Encoding.UTF8.GetString(_appended[position].Entry.Utf8.Span);
            if (text.Contains("\"type\":\"RUN_ERROR\"")) throw new ViolationException($"a run failed: {text}");
            if (text.Contains("\"type\":\"RUN_FINISHED\"")) ended++;
            if (!text.Contains("\"type\":\"RUN_STARTED\"")) continue;
            var run = text.Split("\"runId\":\"")[1].Split('"')[0];
            ends[run] = ends.GetValueOrDefault(run) + ended;
            ended = 0;
        }
        return ends;
    }
}
