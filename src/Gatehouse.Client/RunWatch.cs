using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>
/// Knows how runs ended, for whoever waits for one. It sees every event in order, so it also remembers ends that come before the
/// wait, or even before the acceptance: those of the last <see cref="Remembered"/> runs.
/// </summary>
internal sealed class RunWatch
{
    private const int Remembered = 256;
    private readonly Dictionary<string, RunEnd> _ended = [];
    private readonly Queue<string> _endedInOrder = [];
    private readonly Dictionary<string, OpenRun> _open = [];
    private readonly Dictionary<string, string> _activeByThread = [];

    public bool HasEnded(string runId) => _ended.ContainsKey(runId);

    public Task<RunEnd> Wait(string runId) => _ended.TryGetValue(runId, out var end) ? Task.FromResult(end) : Open(runId).Completion.Task;

    public void Accepted(Accepted accepted, string? messageId, ThreadReplica? replica)
    {
        if (_ended.ContainsKey(accepted.RunId)) return;
        var run = Open(accepted.RunId);
        (run.ThreadId, run.MessageId) = (accepted.ThreadId, messageId);
        EndIfOver(run, replica);
    }

    public void Applied(EventsMessage message)
    {
        foreach (var @event in message.Events)
        {
            switch (@event.Text("type"))
            {
                case "RUN_STARTED" when @event.Text("runId") is { } runId: _activeByThread[message.ThreadId] = runId; break;
                case "RUN_FINISHED" when @event.Text("runId") is { } runId: Finish(message.ThreadId, runId, @event); break;
                case "RUN_ERROR" when _activeByThread.Remove(message.ThreadId, out var runId):
                    End(new(runId, RunEnd.Error, @event.Text("code"), @event.Text("message")));
                    break;
            }
        }
    }

    public void Replaced(ThreadReplica replica)
    {
        if (replica.ActiveRunId is { } active) _activeByThread[replica.ThreadId] = active;
        else _activeByThread.Remove(replica.ThreadId);
        foreach (var run in _open.Values.Where(run => run.ThreadId == replica.ThreadId).ToArray()) EndIfOver(run, replica);
    }

    public void ThreadLost(string threadId, Failure failure) => Fail(run => run.ThreadId == threadId, failure);

    public void FailAll(Failure failure) => Fail(_ => true, failure);

    private OpenRun Open(string runId)
    {
        if (!_open.TryGetValue(runId, out var run)) _open[runId] = run = new(runId);
        return run;
    }

    private void EndIfOver(OpenRun run, ThreadReplica? replica)
    {
        if (run.MessageId is { } messageId && replica?.HasEnded(run.RunId, messageId) is true) End(new(run.RunId, RunEnd.Unknown));
    }

    private void Finish(string threadId, string runId, JsonElement @event)
    {
        if (_activeByThread.GetValueOrDefault(threadId) == runId) _activeByThread.Remove(threadId);
        var outcome = @event.TryGetProperty("outcome", out var json) ? json.Text("type") : null;
        End(new(runId, outcome ?? RunEnd.Success, Interrupts: @event.AskedInterrupts()));
    }

    private void End(RunEnd end)
    {
        if (!_ended.TryAdd(end.RunId, end)) return;
        _endedInOrder.Enqueue(end.RunId);
        if (_endedInOrder.Count > Remembered) _ended.Remove(_endedInOrder.Dequeue());
        if (_open.Remove(end.RunId, out var run)) run.Completion.TrySetResult(end);
    }

    private void Fail(Func<OpenRun, bool> condition, Failure failure)
    {
        foreach (var run in _open.Values.Where(condition).ToArray())
        {
            _open.Remove(run.RunId);
            run.Completion.TrySetException(new GatehouseException(failure));
        }
    }

    private sealed class OpenRun(string runId)
    {
        public string RunId => runId;
        public string? ThreadId { get; set; }
        public string? MessageId { get; set; }
        public TaskCompletionSource<RunEnd> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
