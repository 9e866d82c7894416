using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>A dense graph in which everything is red, and one node is why.</summary>
public static class Wide
{
    public static Case Case(int size)
    {
        var nodes = new List<NodeEvidence>();
        for (var at = 0; at < size; at++)
        {
            var fell = Clock.At(60 + at);
            nodes.Add(new()
            {
                Name = at == 0 ? "redis" : $"part-{at:000}",
                After = [.. Enumerable.Range(Math.Max(0, at - 8), Math.Min(8, at)).Select(before => Edge.Hard(before == 0 ? "redis" : $"part-{before:000}"))],
                IsRequired = true,
                State = NodeState.Failed,
                Since = fell,
                LastVerdict = Clock.At(size + 100),
                Runs = 20,
                Failures = 9,
                Reason = "it does not work",
                Signature = at == 0 ? "LOADING" : null,
                Events =
                [
                    .. Enumerable.Range(0, 40).Select(each => new NodeEvent(Clock.At(each), each % 2 == 0 ? NodeState.Checking : NodeState.Ready, null, null)),
                    new(fell, NodeState.Failed, "it does not work", at == 0 ? "LOADING" : null),
                ],
            });
        }
        return new() { At = Clock.At(size + 101), Graph = new() { At = Clock.At(size + 101), Nodes = nodes, StartedAt = Clock.At(41) } };
    }
}
