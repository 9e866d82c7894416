using System.ClientModel;
using System.Collections.Concurrent;
using System.Globalization;
using Gatehouse.Agents;
using Gatehouse.Diagnosis;

namespace Gatehouse.Operations.Why;

/// <summary>What calls to each agent's model came to in the last quarter of an hour, for a diagnosis. Thread-safe.</summary>
internal sealed class ProviderRecords(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, ProviderRecord> _byAgent = new(StringComparer.Ordinal);

    /// <summary>The record of an agent. Agents are declared, so that there are few.</summary>
    public ProviderRecord Of(string agent) => _byAgent.GetOrAdd(agent, static (name, clock) => new(name, clock), clock);

    public IReadOnlyList<ProviderEvidence> Evidence() => [.. _byAgent.Values.Select(record => record.Evidence()).OrderBy(each => each.Name, StringComparer.Ordinal)];
}

/// <summary>The calls to one agent's model: counts by the minute, and how long the last ones took to say something.</summary>
internal sealed class ProviderRecord(string agent, TimeProvider clock)
{
    private const int Minutes = 15;
    private const int Waits = 64;

    private readonly Lock _gate = new();                            // guards all below
    private readonly Queue<(long Minute, long Calls)> _calls = [];
    private readonly Queue<(DateTimeOffset At, string Signature, string Text)> _failures = [];
    private readonly Queue<(DateTimeOffset At, TimeSpan Wait)> _waits = [];
    private long _callsNow;
    private long _minute;

    public void Called()
    {
        lock (_gate)
        {
            TurnLocked(clock.GetUtcNow());
            _callsNow++;
        }
    }

    /// <summary>The model said its first word after so long.</summary>
    public void Spoke(TimeSpan wait)
    {
        lock (_gate)
        {
            if (_waits.Count == Waits) _waits.Dequeue();
            _waits.Enqueue((clock.GetUtcNow(), wait));
        }
    }

    public void Failed(Exception exception)
    {
        var failure = AgentFailure.From(exception);
        var signature = exception.GetBaseException() is ClientResultException { Status: > 0 } refused
            ? string.Create(CultureInfo.InvariantCulture, $"status {refused.Status}")
            : failure.Code;
        lock (_gate)
        {
            if (_failures.Count == 1024) _failures.Dequeue();
            _failures.Enqueue((clock.GetUtcNow(), signature, failure.PublicMessage));
        }
    }

    public ProviderEvidence Evidence()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            TurnLocked(now);
            var since = now - TimeSpan.FromMinutes(Minutes);
            while (_failures.TryPeek(out var oldest) && oldest.At < since) _failures.Dequeue();
            while (_waits.TryPeek(out var oldest) && oldest.At < since) _waits.Dequeue();
            return new()
            {
                Name = agent,
                Calls = _callsNow + _calls.Sum(minute => minute.Calls),
                Failures = [.. _failures.GroupBy(failure => failure.Signature, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(
                    group => new FailureCount(group.Key, group.Count()) { First = group.First().At, Last = group.Last().At, Text = group.Last().Text })],
                FirstWord = _waits.Count == 0 ? null : _waits.Select(each => each.Wait).Order().ElementAt(_waits.Count / 2),
            };
        }
    }

    private void TurnLocked(DateTimeOffset now)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        if (minute == _minute) return;
        if (_callsNow > 0) _calls.Enqueue((_minute, _callsNow));
        (_minute, _callsNow) = (minute, 0);
        while (_calls.TryPeek(out var oldest) && oldest.Minute < minute - Minutes) _calls.Dequeue();
    }
}
