using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Gatehouse.Diagnosis;

namespace Gatehouse.Operations;

/// <summary>
/// Handshake decisions by outcome, reason and, where a node was the reason, that node. Node names come from the declared graph,
/// so the set is closed once the graph is built.
/// </summary>
internal sealed class HandshakeTally
{
    private readonly ConcurrentDictionary<(HandshakeOutcome Outcome, HandshakeReason Reason, string Node), StrongBox<long>> _cells = [];

    public HandshakeTally()
    {
        foreach (var reason in (HandshakeReason[])[HandshakeReason.Ready, HandshakeReason.Resumed, HandshakeReason.Held])
            Declare(HandshakeOutcome.Accepted, reason, "");
        foreach (var reason in Enum.GetValues<HandshakeReason>().Where(reason => reason > HandshakeReason.Held))
            Declare(HandshakeOutcome.Refused, reason, "");
    }

    public long this[HandshakeOutcome outcome] =>
        _cells.Where(cell => cell.Key.Outcome == outcome).Sum(cell => Volatile.Read(ref cell.Value.Value));

    /// <summary>Makes the series of the graph's nodes exist before anybody is held or refused over one: a rate needs that.</summary>
    public void Declare(IEnumerable<string> nodes)
    {
        foreach (var node in nodes)
        {
            Declare(HandshakeOutcome.Accepted, HandshakeReason.Held, node);
            Declare(HandshakeOutcome.Refused, HandshakeReason.NotReady, node);
        }
    }

    /// <summary>How often it was decided so for one of these reasons.</summary>
    public long Count(HandshakeOutcome outcome, params ReadOnlySpan<HandshakeReason> reasons)
    {
        var sum = 0L;
        foreach (var cell in _cells)
            if (cell.Key.Outcome == outcome && reasons.Contains(cell.Key.Reason)) sum += Volatile.Read(ref cell.Value.Value);
        return sum;
    }

    /// <summary>All that were made, as a diagnosis reads them.</summary>
    public IReadOnlyList<AdmissionDecisions> Decisions() => [.. _cells
        .Where(cell => Volatile.Read(ref cell.Value.Value) > 0)
        .Select(cell => new AdmissionDecisions(
            MetricLabel.Of(cell.Key.Outcome.ToString()), MetricLabel.Of(cell.Key.Reason.ToString()),
            cell.Key.Node.Length > 0 ? cell.Key.Node : null, Volatile.Read(ref cell.Value.Value)))
        .OrderBy(each => (each.Outcome, each.Reason, each.Node))];

    public void Add(HandshakeOutcome outcome, HandshakeReason reason, string node) =>
        Interlocked.Increment(ref _cells.GetOrAdd((outcome, reason, node), static _ => new()).Value);

    public IEnumerable<Measurement<long>> Observe() => _cells.Select(cell => new Measurement<long>(
        Volatile.Read(ref cell.Value.Value),
        KeyValuePair.Create("outcome", (object?)MetricLabel.Of(cell.Key.Outcome.ToString())),
        KeyValuePair.Create("reason", (object?)MetricLabel.Of(cell.Key.Reason.ToString())),
        KeyValuePair.Create("node", (object?)cell.Key.Node)));

    private void Declare(HandshakeOutcome outcome, HandshakeReason reason, string node) => _cells.TryAdd((outcome, reason, node), new());
}
