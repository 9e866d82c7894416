using Gatehouse.Log;
using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Runs;

/// <summary>
/// The owner of a thread, as a pure state machine over inputs and a clock: it takes the log, mends what a predecessor left,
/// works through the runs of the thread step by step, and releases it. Whatever it wants done it puts into
/// <see cref="TakeEffects"/>; its shell does it and tells the answer.
/// </summary>
/// <remarks>
/// <code>
///   begin the log ─ rewind if it is not where the store left it
///        │
///        ▼              ┌───────── a tool, each between two checkpoints ◄────┐
///   start a run ──► call the model ──► checkpoint ──► calls left? ───────────┘
///                                          │ no
///                       decide the end ◄───┘      checkpoint, then the one terminal event, then checkpoint
///                            │
///   next run, or release ◄───┘
/// </code>
/// Every checkpoint is written after the log has all events up to its position, one at a time; so a snapshot is exact at its
/// position. Nothing that depends on a checkpoint is begun before it is written, and no model or tool is called without a lease
/// that is proved to last: an owner that was paused, or cut from the store, streams on what it has and begins nothing.
/// </remarks>
internal sealed class OwnerMachine
{
    private readonly Claim _claim;
    private readonly OwnerRules _rules;
    private readonly LogWriter _log;
    private readonly List<OwnerEffect> _effects = [];
    private readonly Queue<Checkpoint> _checkpoints = [];   // the first is being written, or waits for the log
    private readonly HashSet<string> _cancelled = [];

    private bool _writing;                  // the first checkpoint is under way
    private bool _taken;                    // the log has been begun for the first time
    private OpenRun? _run;
    private StepDraft? _draft;              // of the model call under way
    private PendingCall? _tool;             // the tool call under way
    private (RunEnd End, RunFailure? Failure)? _ending;
    private DateTimeOffset _leasedUntil;
    private PendingCall? _announced;        // a tool call that the store knows of, and that waits for the lease
    private bool _held;                     // the next step waits for the lease
    private bool _handingOver;
    private DateTimeOffset _nextFlush;
    private DateTimeOffset _wake;
    private bool _stopped;

    /// <param name="leasedUntil">Until when the claim is proved to last; left out where nobody else can claim.</param>
    public OwnerMachine(Claim claim, OwnerRules rules, DateTimeOffset? leasedUntil = null)
    {
        _claim = claim;
        _rules = rules;
        _leasedUntil = leasedUntil ?? DateTimeOffset.MaxValue;
        _log = new(claim.Generation, claim.Position);
    }

    /// <summary>Bytes that wait for the log. The shell stops reading from the model while they are too many.</summary>
    public long PendingBytes => _log.PendingBytes + (_draft?.UnsealedBytes ?? 0);

    /// <summary>The effects since the last time, in order.</summary>
    public IReadOnlyList<OwnerEffect> TakeEffects()
    {
        if (_effects.Count == 0) return [];
        OwnerEffect[] taken = [.. _effects];
        _effects.Clear();
        return taken;
    }

    /// <summary>Makes the machine take the log. Called once, first.</summary>
    public void Start(DateTimeOffset now) => Pump(now);

    public void Handle(OwnerInput input, DateTimeOffset now)
    {
        if (_stopped) return;
        switch (input)
        {
            case OwnerInput.LogAnswered answered: OnLog(answered.Answer, now); break;
            case OwnerInput.CheckpointAnswered answered: OnCheckpoint(answered.Verdict, now); break;
            case OwnerInput.Proceeded proceeded: OnProceeded(proceeded, now); break;
            case OwnerInput.ProceedLost: _effects.Add(OwnerEffect.Proceed.Instance); break;
            case OwnerInput.ModelSaid said when IsUnderWay(said.RunId, said.Step): _draft!.Add(said.Delta, _log); break;
            case OwnerInput.ModelEnded ended when IsUnderWay(ended.RunId, ended.Step): OnModelEnded(ended); break;
            case OwnerInput.ToolEnded ended when ended.CallId == _tool?.CallId: OnToolEnded(ended); break;
            case OwnerInput.Cancel cancel: OnCancel(cancel.RunId, now); break;
            case OwnerInput.Leased leased: OnLeased(leased.Until, now); break;
            case OwnerInput.LeaseLost: Stop(OwnerStop.Fenced); break;
            case OwnerInput.HandOver handOver: OnHandOver(handOver.AtOnce); break;
            case OwnerInput.Released released: OnReleased(released.Answered); break;
            case OwnerInput.Tick: _wake = default; break;      // it may have come a little early: wanted again, if it is
            case OwnerInput.Queued queued when _draft is not null || _tool is not null:
                _log.Seal(RunEvents.Queued(queued.RunId, queued.MessageId, queued.Text));
                break;
        }
        if (!_stopped) Pump(now);
    }

    // ── the log ──────────────────────────────────────────────────────────────────────────────────────────────────────

    private void OnLog(LogAnswer? answer, DateTimeOffset now)
    {
        if (_log.Answered(answer) is { } again) _effects.Add(new OwnerEffect.CallLog(again));
        if (_log.Stopped is { } verdict) Stop(verdict is LogVerdict.Fenced ? OwnerStop.Fenced : OwnerStop.Diverged);
        else if (_log.Begun && !_taken) OnTaken(now);
    }

    // The log stands at the stored position, or ahead of it by what a predecessor said and did not checkpoint.
    private void OnTaken(DateTimeOffset now)
    {
        _taken = true;
        _run = _claim.Run;
        var ahead = _log.Head != _claim.Position;
        if (ahead && _run is { State: RunState.Closing, Terminal: { } terminal } && _log.Head == _claim.Position.Next(terminal))
            Write(new RunChange.Closed());
        else if (ahead || _run is { HasDraft: true })
        {
            _log.Seal(RunEvents.Rewound(), rewound: true);
            Write(new RunChange.Rewound());
        }
        else GoOn(now);
    }

    // ── the run ──────────────────────────────────────────────────────────────────────────────────────────────────────

    private void GoOn(DateTimeOffset now)
    {
        switch (_run)
        {
            case null: _effects.Add(OwnerEffect.Proceed.Instance); break;
            case { State: RunState.Queued } when _handingOver: Release(); break;
            case { State: RunState.Queued }: StartRun(now); break;
            case { State: RunState.Closing, Terminal: { } terminal }: AppendTerminal(terminal); break;
            default: NextStep(now); break;
        }
    }

    private void OnProceeded(OwnerInput.Proceeded proceeded, DateTimeOffset now)
    {
        if (proceeded.Stale) Stop(OwnerStop.Fenced);
        else if (proceeded.Run is null) Stop(OwnerStop.Released);
        else
        {
            _run = proceeded.Run;
            GoOn(now);
        }
    }

    private void StartRun(DateTimeOffset now)
    {
        foreach (var utf8 in RunEvents.Start(_claim.ThreadId, _run!, now)) _log.Seal(utf8);
        _run = _run! with { State = RunState.Running, StartedAt = now };
        Write(new RunChange.Started(now));
    }

    private void NextStep(DateTimeOffset now)
    {
        var run = _run!;
        if (run.CancelRequested || _cancelled.Contains(run.RunId)) _ending ??= (RunEnd.Cancelled, null);
        if (now - run.StartedAt >= _rules.RunBudget) _ending ??= _rules.OverBudget;
        if (_ending is { } ending) Decide(ending.End, ending.Failure, [], now);
        else if (run.PendingCalls is [var call, ..]) NextTool(call, now);
        else if (run.Answered) Decide(RunEnd.Finished, null, [], now);
        else if (run.Steps >= _rules.MaxSteps)
            Decide(RunEnd.Failed, new("budget_exceeded", $"The run was ended after {_rules.MaxSteps} steps."), [], now);
        else if (MayBegin(now))
        {
            _draft = new(run.RunId, run.Steps);
            _nextFlush = default;
            _effects.Add(new OwnerEffect.CallModel(run, run.Steps));
        }
    }

    // Whether a model or tool may be called. If not, the thread is being handed over, or a proved lease goes on from here.
    private bool MayBegin(DateTimeOffset now)
    {
        if (_handingOver) Release();
        else _held = now >= _leasedUntil;
        return !_handingOver && !_held;
    }

    private bool IsUnderWay(string runId, int step) => _draft is not null && _run!.RunId == runId && _run.Steps == step;

    private void OnModelEnded(OwnerInput.ModelEnded ended)
    {
        if (ended.Failure is { } failure) _ending ??= (RunEnd.Failed, failure);
        EndStep();
    }

    private void EndStep()
    {
        var draft = _draft!;
        _draft = null;
        draft.Close(_log);
        // A step that was broken off stays open until the run is closing: if nobody gets there, the next owner does it again.
        // Its calls are part of the record, but are not made.
        _run = _run! with
        {
            Usage = _run.Usage + draft.Usage,
            Answered = draft.Calls.Count == 0,
            PendingCalls = _ending is null ? [.. draft.Calls.Select(call => new PendingCall(call.Id, call.Function.Name, call.Function.Arguments))] : [],
        };
        var broken = _ending is not null;
        Write(new RunChange.Said(_run.Steps, draft.Messages(), Open: broken, _run.Usage, broken));
    }

    private void NextTool(PendingCall call, DateTimeOffset now)
    {
        if (_rules.Tool(_run!.Agent, call.Tool) is not { } rules)
            EndTool(call, $"There is no tool {call.Tool}.", "unknown_tool");
        else if (call.Approved is false)
            EndTool(call, call.Denial is { Length: > 0 } reason ? $"The user refused: {reason}" : "The user refused.", "refused");
        else if (call.Approved is null && rules.NeedsApproval || call.Begun && !rules.Idempotent)
            Decide(RunEnd.Interrupted, null, [RunEvents.Ask(_run, call)], now);
        else if (MayBegin(now)) Write(new RunChange.ToolBegun(call.CallId));
    }

    private void BeginTool(PendingCall call, DateTimeOffset now)
    {
        _announced = now >= _leasedUntil ? call : null;
        if (_announced is not null) return;
        _tool = call;
        _effects.Add(new OwnerEffect.CallTool(_run!, call));
        if (_cancelled.Contains(_run!.RunId)) BreakOff((RunEnd.Cancelled, null), now);
    }

    private void OnToolEnded(OwnerInput.ToolEnded ended)
    {
        var call = _tool!;
        _tool = null;
        EndTool(call, StepDraft.Wellformed(ended.Content), ended.Error is { } error ? StepDraft.Wellformed(error) : null);
    }

    private void EndTool(PendingCall call, string content, string? error)
    {
        var result = new StoredMessage($"{call.CallId}.result", "tool", content, ToolCallId: call.CallId, Error: error);
        _log.Seal(new ToolCallResult(result.Id, call.CallId, content).ToUtf8());
        _run = _run! with { PendingCalls = [.. _run.PendingCalls.Skip(1)] };
        Write(new RunChange.ToolEnded(call.CallId, result));
    }

    private void OnCancel(string runId, DateTimeOffset now)
    {
        _cancelled.Add(runId);
        if (runId == _run?.RunId) BreakOff((RunEnd.Cancelled, null), now);
    }

    // Ends the work under way, if there is any; else the next step finds out.
    private void BreakOff((RunEnd, RunFailure?) ending, DateTimeOffset now)
    {
        if (_draft is null && _tool is null) return;
        _ending ??= ending;
        _effects.Add(OwnerEffect.StopWork.Instance);
        if (_draft is not null) EndStep();
        else
        {
            _tool = null;
            NextStep(now);
        }
    }

    private void Decide(RunEnd end, RunFailure? failure, IReadOnlyList<Interrupt> interrupts, DateTimeOffset now)
    {
        var terminal = RunEvents.Terminal(_claim.ThreadId, _run!, end, failure, interrupts, now);
        _run = _run! with { State = RunState.Closing, Terminal = terminal, End = end };
        Write(new RunChange.Closing(end, terminal, interrupts));
    }

    private void AppendTerminal(byte[] terminal)
    {
        _log.Seal(terminal);
        Write(new RunChange.Closed());
    }

    // ── the lease, and the hand-over ─────────────────────────────────────────────────────────────────────────────────

    private void OnLeased(DateTimeOffset until, DateTimeOffset now)
    {
        if (until > _leasedUntil) _leasedUntil = until;
        if (now >= _leasedUntil) return;
        if (_announced is { } call) BeginTool(call, now);
        else if (_held)
        {
            _held = false;
            NextStep(now);
        }
    }

    private void OnHandOver(bool atOnce)
    {
        _handingOver = true;
        var idle = _held || _announced is not null;
        if (!idle && !(atOnce && (_draft is not null || _tool is not null))) return;    // at the next boundary
        if (!idle) _effects.Add(OwnerEffect.StopWork.Instance);
        (_held, _announced, _draft, _tool) = (false, null, null, null);
        Release();
    }

    private void OnReleased(bool answered)
    {
        if (answered) Stop(OwnerStop.HandedOver);
        else Release();
    }

    private void Release() => _effects.Add(OwnerEffect.Release.Instance);

    // ── checkpoints ──────────────────────────────────────────────────────────────────────────────────────────────────

    private void Write(RunChange change) =>
        _checkpoints.Enqueue(new(_claim.ThreadId, _claim.Generation, _run?.RunId ?? "", _log.Head, change));

    private void OnCheckpoint(CheckpointVerdict? verdict, DateTimeOffset now)
    {
        _writing = false;
        if (verdict is null) return;                        // the answer was lost: the same checkpoint is written again
        if (verdict is CheckpointVerdict.Stale)
        {
            Stop(OwnerStop.Fenced);
            return;
        }
        var written = _checkpoints.Dequeue();
        _log.Checkpointed(written.Position);
        OnWritten(written.Change, now);
    }

    private void OnWritten(RunChange change, DateTimeOffset now)
    {
        switch (change)
        {
            case RunChange.Said { Open: true, BrokenOff: false }:
                break;
            case RunChange.Said said:
                if (!said.BrokenOff) _run = _run! with { Steps = _run.Steps + 1 };
                NextStep(now);
                break;
            case RunChange.ToolBegun:
                BeginTool(_run!.PendingCalls[0], now);
                break;
            case RunChange.Closing closing:
                AppendTerminal(closing.Terminal);
                break;
            case RunChange.Closed:
                _effects.Add(new OwnerEffect.RunEnded(_run!, _run!.End ?? RunEnd.Finished));
                _run = null;
                _ending = null;
                _effects.Add(OwnerEffect.Proceed.Instance);
                break;
            default:
                GoOn(now);
                break;
        }
    }

    // ── what every input may set in motion ───────────────────────────────────────────────────────────────────────────

    private void Pump(DateTimeOffset now)
    {
        if (_draft is not null || _tool is not null) KeepTime(now);
        if (_log.Next() is { } call) _effects.Add(new OwnerEffect.CallLog(call));
        if (!_writing && _checkpoints.TryPeek(out var checkpoint) && _log.IsAppended(checkpoint.Position))
        {
            _writing = true;
            _effects.Add(new OwnerEffect.Write(checkpoint));
        }
    }

    private void KeepTime(DateTimeOffset now)
    {
        var deadline = _run!.StartedAt!.Value + _rules.RunBudget;
        if (now >= deadline)
        {
            BreakOff(_rules.OverBudget, now);
            return;
        }
        if (_draft is { } draft) Flush(draft, now);
        var wake = _draft is not null && _nextFlush > now && _nextFlush < deadline ? _nextFlush : deadline;
        if (wake == _wake) return;
        _wake = wake;
        _effects.Add(new OwnerEffect.Wake(wake));
    }

    private void Flush(StepDraft draft, DateTimeOffset now)
    {
        if (_log.Idle && now >= _nextFlush)
        {
            var before = _log.Head;
            draft.Flush(_log);
            if (_log.Head != before) _nextFlush = _rules.NextAppend(now);
        }
        if (_log.SinceCheckpoint >= _rules.CheckpointEvery && _checkpoints.Count == 0)
            Write(new RunChange.Said(_run!.Steps, draft.Messages(), Open: true, _run.Usage));
    }

    private void Stop(OwnerStop reason)
    {
        _stopped = true;
        if (_draft is not null || _tool is not null) _effects.Add(OwnerEffect.StopWork.Instance);
        _effects.Add(new OwnerEffect.Stop(reason));
    }
}
