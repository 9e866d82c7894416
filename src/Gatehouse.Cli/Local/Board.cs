using Gatehouse.LocalRun.Events;

namespace Gatehouse.Cli.Local;

/// <summary>What the live view shows beside what the cloud itself says: sockets and probes of each instance, answers of each revision. Safe to use from any thread.</summary>
internal sealed class Board
{
    private readonly Lock _gate = new();        // guards all below
    private readonly Dictionary<string, int> _sockets = [];
    private readonly Dictionary<string, SortedDictionary<string, bool>> _probes = [];
    private readonly Dictionary<string, SortedDictionary<int, int>> _answers = [];

    public void Add(CloudEvent one)
    {
        lock (_gate)
        {
            switch (one)
            {
                case SocketOpened opened:
                    _sockets[opened.Instance] = _sockets.GetValueOrDefault(opened.Instance) + 1;
                    break;
                case SocketClosed closed:
                    _sockets[closed.Instance] = _sockets.GetValueOrDefault(closed.Instance) - 1;
                    break;
                case ProbeTried probe:
                    Of(_probes, probe.Instance)[probe.Kind] = probe.Succeeded;
                    break;
                case RequestAnswered { Revision: { } revision } answered:
                    var counts = Of(_answers, revision);
                    counts[answered.Status] = counts.GetValueOrDefault(answered.Status) + 1;
                    break;
                case InstanceEnded ended:
                    _probes.Remove(ended.Instance);
                    break;
            }
        }
    }

    public int Sockets(string instance)
    {
        lock (_gate) return _sockets.GetValueOrDefault(instance);
    }

    /// <summary>As <c>startup ok, liveness failing</c>.</summary>
    public string Probes(string instance)
    {
        lock (_gate)
            return _probes.TryGetValue(instance, out var probes)
                ? string.Join(", ", probes.Select(each => $"{each.Key.ToLowerInvariant()} {(each.Value ? "ok" : "failing")}"))
                : "";
    }

    /// <summary>As <c>101: 3, 200: 40, 503: 1</c>.</summary>
    public string Answers(string revision)
    {
        lock (_gate)
            return _answers.TryGetValue(revision, out var answers)
                ? string.Join(", ", answers.Select(each => FormattableString.Invariant($"{each.Key}: {each.Value}")))
                : "";
    }

    private static TValue Of<TValue>(Dictionary<string, TValue> all, string key) where TValue : new()
    {
        if (!all.TryGetValue(key, out var one)) all[key] = one = new();
        return one;
    }
}
