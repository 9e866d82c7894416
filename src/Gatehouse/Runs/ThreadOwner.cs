using Gatehouse.Agents;
using Gatehouse.Chat;
using Gatehouse.Log;
using Gatehouse.Operations;
using Gatehouse.Store;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Runs;

/// <summary>What a <see cref="ThreadOwner"/> works with.</summary>
internal sealed record OwnerTools(
    IStore Store, IConversationLog Log, ModelCall Model, ToolExecution Tools, OwnerRules Rules, Beat Beat, TimeProvider Clock, long HeldBytes);

/// <summary>
/// Owns one thread for a while: an <see cref="OwnerMachine"/> and what does what it wants. Inputs come from anywhere into one
/// <see cref="OwnerInbox"/>; the machine is touched by whoever handles them, one at a time.
/// </summary>
internal sealed partial class ThreadOwner(Claim claim, OwnerTools tools, RunMeasures measures, ILogger logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(5);

    private readonly OwnerInbox _inbox = new();
    private readonly HashSet<Task> _tasks = [];         // what is under way
    private readonly DateTimeOffset _origin = tools.Clock.GetUtcNow();
    private readonly long _originTimestamp = tools.Clock.GetTimestamp();
    private readonly OwnerMachine _machine = new(
        claim, tools.Rules, claim.Lease is { } lease ? tools.Clock.GetUtcNow() + lease.Left(tools.Clock) : null);
    private readonly RunTrace _trace = new(SelfTest.Owns(claim.ThreadId), claim.Run is { State: not RunState.Queued } run ? run.RunId : null);
    private CancellationTokenSource _work = new();      // the model or tool call under way
    private Action? _tick;
    private ITimer? _timer;             // for what is later than a beat
    private long _pendingBytes;         // the machine's, that wait for the log
    private long _untoldBytes;          // said by the model, and on their way to the machine
    private int _failures;              // of the store and the log, since one of them last answered
    private OwnerStop? _stop;
    private volatile OwnerEffect.CallModel? _current;
    private readonly HashSet<string> _waiting = [];     // runs that wait behind the active one; guarded by itself

    public string ThreadId => claim.ThreadId;

    public long Generation => claim.Generation;

    /// <summary>The step under way or last begun; null before the first.</summary>
    public OwnerEffect.CallModel? Current => _current;

    /// <summary>Runs that are known to wait.</summary>
    public int Waiting
    {
        get { lock (_waiting) return _waiting.Count; }
    }

    /// <summary>Tells the machine something. After the end it is ignored.</summary>
    public void Tell(OwnerInput input)
    {
        if (input is OwnerInput.Queued queued)
            lock (_waiting) _waiting.Add(queued.RunId);
        _inbox.Put(input);
    }

    /// <summary>The store has prolonged the lease.</summary>
    public void Lease(LeaseTerm lease) => Tell(new OwnerInput.Leased(Now() + lease.Left(tools.Clock)));

    /// <summary>Owns the thread until there is nothing left to do, it is lost, or <paramref name="cancellationToken"/> says so.</summary>
    /// <returns>Why it ended; null if it was told to.</returns>
    public async Task<OwnerStop?> RunAsync(CancellationToken cancellationToken)
    {
        using var stopping = cancellationToken.UnsafeRegister(static inbox => ((OwnerInbox)inbox!).Close(), _inbox);
        _tick = () => _inbox.PutHere(OwnerInput.Tick.Instance);
        using var timer = _timer = tools.Clock.CreateTimer(static tick => ((Action)tick!)(), _tick, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _machine.Start(Now());
        Perform(cancellationToken);
        await _inbox.RunAsync(input => Handle(input, cancellationToken));
        await _work.CancelAsync();
        await Task.WhenAll(_tasks);
        measures.Left();
        _trace.Left(_stop);
        _work.Dispose();
        return _stop;
    }

    private bool Handle(OwnerInput input, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return false;    // each call would fail at once, and be made again at once
        _machine.Handle(input, Now());
        Volatile.Write(ref _pendingBytes, _machine.PendingBytes);
        if (input is OwnerInput.ModelSaid said) Interlocked.Add(ref _untoldBytes, -said.Delta.Bytes);
        Perform(cancellationToken);
        return _stop is null;
    }

    // Wall time that only moves forward: durations by the monotonic clock.
    private DateTimeOffset Now() => _origin + tools.Clock.GetElapsedTime(_originTimestamp);

    private void Perform(CancellationToken cancellationToken)
    {
        foreach (var effect in _machine.TakeEffects())
            switch (effect)
            {
                case OwnerEffect.CallLog call: Begin(CallLogAsync(call.Call, cancellationToken)); break;
                case OwnerEffect.Write write: Begin(WriteAsync(write.Checkpoint, cancellationToken)); break;
                case OwnerEffect.Proceed: Begin(ProceedAsync(cancellationToken)); break;
                case OwnerEffect.Release: Begin(ReleaseAsync(cancellationToken)); break;
                case OwnerEffect.CallModel call:
                    _current = call;
                    lock (_waiting) _waiting.Remove(call.Run.RunId);
                    measures.StepBegun(call.Run);
                    Begin(CallModelAsync(call, _work.Token));
                    break;
                case OwnerEffect.CallTool call: Begin(CallToolAsync(call, _work.Token)); break;
                case OwnerEffect.StopWork: StopWork(); break;
                case OwnerEffect.Wake wake: Wake(wake.At); break;
                case OwnerEffect.RunEnded ended:
                    _current = null;
                    measures.Ended(ended.Run, ended.End, Now());
                    _trace.Ended(ended.Run, ended.End);
                    break;
                case OwnerEffect.Stop stop: _stop = stop.Reason; break;
            }
    }

    private void Begin(Task task)
    {
        _tasks.RemoveWhere(static done => done.IsCompleted);
        if (!task.IsCompleted) _tasks.Add(task);
    }

    private void Wake(DateTimeOffset at)
    {
        var after = at - Now();
        if (after <= tools.Rules.AppendInterval) tools.Beat.Wake(_tick!, after);
        else _timer!.Change(TimeSpan.FromMilliseconds(Math.Ceiling(after.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    private void StopWork()
    {
        _work.Cancel();
        _work.Dispose();
        _work = new();
    }

    private async Task CallLogAsync(LogCall call, CancellationToken cancellationToken)
    {
        LogAnswer? answer = null;
        try
        {
            answer = call is LogCall.Begin begin
                ? await tools.Log.BeginAsync(claim.ThreadId, begin.Generation, begin.Position, cancellationToken)
                : await tools.Log.AppendAsync(claim.ThreadId, (LogCall.Append)call, cancellationToken);
            if (call is LogCall.Append append) measures.Appended(append.Entries.Length);
            _failures = 0;
        }
        catch (Exception exception)
        {
            await PauseAsync("append to the log", exception, cancellationToken);
        }
        _inbox.PutHere(new OwnerInput.LogAnswered(answer));
    }

    private async Task WriteAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        CheckpointVerdict? verdict = null;
        try
        {
            verdict = await tools.Store.WriteAsync(checkpoint, cancellationToken);
            _failures = 0;
        }
        catch (Exception exception)
        {
            await PauseAsync("write a checkpoint", exception, cancellationToken);
        }
        _inbox.PutHere(new OwnerInput.CheckpointAnswered(verdict));
    }

    private async Task ProceedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var proceeding = await tools.Store.ProceedAsync(claim.ThreadId, claim.Generation, cancellationToken);
            _inbox.PutHere(new OwnerInput.Proceeded(proceeding.Stale, proceeding.Run));
        }
        catch (Exception exception)
        {
            await PauseAsync("ask for the next run", exception, cancellationToken);
            _inbox.PutHere(OwnerInput.ProceedLost.Instance);
        }
    }

    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        var answered = false;
        try
        {
            await tools.Store.ReleaseAsync(claim.ThreadId, claim.Generation, cancellationToken);    // if it is stale, it is given up as well
            answered = true;
        }
        catch (Exception exception)
        {
            await PauseAsync("give the thread up", exception, cancellationToken);
        }
        _inbox.PutHere(new OwnerInput.Released(answered));
    }

    private async Task CallModelAsync(OwnerEffect.CallModel call, CancellationToken work)
    {
        using var span = _trace.Model(call);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);   // an agent's code may block
        try
        {
            await tools.Model.RunAsync(call, await ContextAsync(call.Run.RunId, work), TellWhenRoomAsync, work);
        }
        catch (Exception exception)
        {
            if (work.IsCancellationRequested) return;
            var failure = RunFailures.Of(exception);
            RunTrace.Failed(span, failure.Code);
            // Where it failed, but not what was said: providers put keys and prompts into their messages.
            LogModelFailed(call.Run.RunId, call.Run.Agent, AgentFailure.From(exception).Detail, exception.StackTrace);
            span?.Stop();                               // a call ends before the run that it is a part of
            _inbox.PutHere(new OwnerInput.ModelEnded(call.Run.RunId, call.Step, failure));
        }

        async ValueTask TellWhenRoomAsync(OwnerInput input)
        {
            while (Volatile.Read(ref _pendingBytes) + Volatile.Read(ref _untoldBytes) > tools.HeldBytes) await Task.Delay(FirstRetry, tools.Clock, work);
            work.ThrowIfCancellationRequested();
            if (input is OwnerInput.ModelEnded) span?.Stop();
            if (input is OwnerInput.ModelSaid said) Interlocked.Add(ref _untoldBytes, said.Delta.Bytes);
            _inbox.PutHere(input);
        }
    }

    // An outage of the store is no failure of the agent: it is waited for, as everywhere.
    private async Task<IReadOnlyList<StoredMessage>> ContextAsync(string runId, CancellationToken work)
    {
        while (true)
            try
            {
                var messages = await tools.Store.ContextAsync(runId, work);
                _failures = 0;
                return messages;
            }
            catch (Exception exception) when (!work.IsCancellationRequested)
            {
                await PauseAsync("read the messages", exception, work);
                work.ThrowIfCancellationRequested();
            }
    }

    private async Task CallToolAsync(OwnerEffect.CallTool call, CancellationToken work)
    {
        using var span = _trace.Tool(call);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var ended = await tools.Tools.RunAsync(call, work);
            measures.ToolCalled(ended.Error);
            if (ended.Error is { } error) RunTrace.Failed(span, error);
            span?.Stop();
            _inbox.PutHere(ended);
        }
        catch (OperationCanceledException) when (work.IsCancellationRequested)
        {
            LogToolCancelled(call.Run.RunId, call.Call.Tool);
        }
    }

    private async Task PauseAsync(string what, Exception exception, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return;
        var failures = Interlocked.Increment(ref _failures);
        LogRetried(claim.ThreadId, what, failures, exception.Message, exception.Detail());
        var pause = TimeSpan.FromTicks(Math.Min(LastRetry.Ticks, FirstRetry.Ticks << Math.Min(failures, 10)));
        await Task.Delay(pause, tools.Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(1301, LogLevel.Warning, "Thread {ThreadId}: could not {What} (failure {Failures}), trying again: {Why}")]
    private partial void LogRetried(string threadId, string what, int failures, string why, Exception? exception);

    [LoggerMessage(1302, LogLevel.Warning, "Run {RunId}: agent {Agent} failed: {Detail}\n{Stack}")]
    private partial void LogModelFailed(string runId, string agent, string detail, string? stack);

    [LoggerMessage(1303, LogLevel.Debug, "Run {RunId}: tool {Tool} was cancelled")]
    private partial void LogToolCancelled(string runId, string tool);
}
