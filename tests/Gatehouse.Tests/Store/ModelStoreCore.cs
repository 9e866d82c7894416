using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

/// <summary>
/// The store as plain lists: each rule of <see cref="IStore"/> once, in the simplest words. Synchronous and not thread-safe,
/// for the simulation and as the model that real stores are compared with.
/// </summary>
/// <param name="lease">How long a lease lasts, until <see cref="Lapse"/>; null where there are none, and another owner is gone.</param>
internal sealed class ModelStoreCore(TimeProvider clock, TimeSpan? lease = null)
{
    private readonly List<ThreadRow> _threads = [];
    private readonly HashSet<ThreadRow> _leased = [];

    public AcceptResult Accept(NewRun run, string owner)
    {
        var thread = Find(run.ThreadId);
        if (thread?.Runs.Find(known => known.Prompt?.Id == run.MessageId) is { } before)
            return before.Prompt!.Content == run.Text ? Again(before) : new AcceptResult.Conflict();
        if (thread is null)
        {
            thread = new(run.ThreadId, ThreadTitle.Of(run.Text), run.SelfTest, run.At.ToUnixTimeMilliseconds());
            _threads.Add(thread);
        }
        return Add(new(thread, run.RunId, run.Agent, new(run.MessageId, "user", run.Text), answers: null), owner, run.At);
    }

    public AcceptResult Answer(NewAnswer answer, string owner)
    {
        var interrupt = _threads.SelectMany(thread => thread.Interrupts).FirstOrDefault(row => row.Interrupt.Id == answer.InterruptId);
        if (interrupt is null) return new AcceptResult.UnknownInterrupt();
        if (interrupt.Answer is { } before)
            return before.Payload == answer.Payload ? Again(interrupt.AnsweredBy!) : new AcceptResult.Conflict();
        var run = new RunRow(interrupt.Run.Thread, answer.RunId, interrupt.Run.Agent, prompt: null, interrupt);
        var result = Add(run, owner, answer.At);
        if (result is AcceptResult.Done) (interrupt.Answer, interrupt.AnsweredBy) = (answer, run);
        // The claim's run may be this one, and then carries the answer.
        return result is AcceptResult.Done { Claim: { } claim } done ? done with { Claim = claim with { Run = FirstOpen(run.Thread) } } : result;
    }

    public string? Cancel(string runId)
    {
        var run = FindRun(runId);
        if (run is { State: not RunState.Closed }) run.CancelRequested = true;
        return run?.Thread.Id;
    }

    public Claim? Claim(string threadId, string owner) =>
        Find(threadId) is { } thread && (thread.Owner == owner || IsFree(thread)) ? Take(thread, owner) : null;

    public CheckpointVerdict Write(Checkpoint checkpoint)
    {
        if (Find(checkpoint.ThreadId) is not { } thread || thread.Generation != checkpoint.Generation) return CheckpointVerdict.Stale;
        if (checkpoint.Position.Seq < thread.Position.Seq) return CheckpointVerdict.Done;   // it has been written, and arrives again, late
        thread.Position = checkpoint.Position;
        Touch(thread, clock.GetUtcNow());
        if (checkpoint.Change is RunChange.Rewound)
            foreach (var each in thread.Runs) each.Messages.RemoveAll(row => row.Open);
        else if (thread.Runs.Find(known => known.Id == checkpoint.RunId) is { State: not RunState.Closed } run) Apply(checkpoint.Change, run);
        return CheckpointVerdict.Done;
    }

    public Proceeding Proceed(string threadId, long generation)
    {
        if (Find(threadId) is not { } thread || thread.Generation != generation) return new(true, null);
        var next = FirstOpen(thread);
        if (next is null) thread.Owner = null;
        return new(false, next);
    }

    public CheckpointVerdict Release(string threadId, long generation)
    {
        if (Find(threadId) is not { } thread || thread.Generation != generation) return CheckpointVerdict.Stale;
        thread.Owner = null;
        return CheckpointVerdict.Done;
    }

    public Renewal Renew(string owner)
    {
        var owned = _threads.Where(thread => thread.Owner == owner).OrderBy(thread => thread.Id, StringComparer.Ordinal).ToList();
        _leased.UnionWith(owned);
        return new(Lease(), [.. owned.Select(thread => new OwnedThread(
            thread.Id, thread.Generation, [.. thread.OpenRuns.Where(run => run.CancelRequested).Select(run => run.Id)]))]);
    }

    /// <summary>Every lease is over.</summary>
    public void Lapse() => _leased.Clear();

    public IReadOnlyList<Claim> TakeOver(string owner, int limit) =>
    [
        .. _threads.Where(thread => thread.Owner != owner && IsFree(thread) && thread.OpenRuns.Any())
            .OrderBy(thread => thread.UpdatedAt).ThenBy(thread => thread.Id, StringComparer.Ordinal).Take(limit).ToList().Select(thread => Take(thread, owner)),
    ];

    public IReadOnlyList<StoredMessage> Context(string runId) => FindRun(runId) is { } run
        ? MessagesOf(run.Thread.StartedRuns.Where(other => run.Thread.Runs.IndexOf(other) <= run.Thread.Runs.IndexOf(run)))
        : [];

    public ThreadSnapshot? Snapshot(string threadId)
    {
        if (Find(threadId) is not { } thread) return null;
        var active = thread.OpenRuns.FirstOrDefault(run => run.State is not RunState.Queued);
        var queued = thread.Runs.Where(run => run is { State: RunState.Queued, Prompt: not null });
        return new(
            thread.Position, MessagesOf(thread.StartedRuns),
            active is null ? null : new(active.Id, active.Agent),
            [.. queued.Select(run => new QueuedRun(run.Id, run.Prompt!.Id, run.Prompt.Content!))],
            [.. thread.Interrupts.Where(row => row.Answer is null).OrderBy(row => thread.Runs.IndexOf(row.Run)).Select(row => row.Interrupt)]);
    }

    public ThreadPage Threads(string? before, int limit)
    {
        var newestFirst = _threads.Where(thread => !thread.SelfTest)
            .OrderByDescending(thread => thread.UpdatedAt).ThenByDescending(thread => thread.Id, StringComparer.Ordinal).ToList();
        var rest = before is null ? newestFirst : newestFirst.FindAll(thread => IsAfter(thread, before));
        var page = rest.Take(limit).ToList();
        return new(
            [.. page.Select(thread => new ThreadSummary(thread.Id, thread.Title, thread.UpdatedAt, IsRunning(thread) ? true : null))],
            rest.Count > page.Count ? Key(page[^1]) : null);
    }

    // A run that is closing has been decided.
    private static bool IsRunning(ThreadRow thread) => thread.OpenRuns.Any(run => run.State is not RunState.Closing);

    public IReadOnlyList<string> Abandoned(string owner) =>
        [.. _threads.Where(thread => thread.Owner != owner && thread.OpenRuns.Any()).Select(thread => thread.Id)];

    public void RemoveSelfTests(string prefix, DateTimeOffset before) => _threads.RemoveAll(
        thread => thread.SelfTest && thread.Id.StartsWith(prefix, StringComparison.Ordinal) && thread.CreatedAt < before.ToUnixTimeMilliseconds());

    public void Remove(string threadId) => _threads.RemoveAll(thread => thread.Id == threadId);

    private AcceptResult Add(RunRow run, string owner, DateTimeOffset at)
    {
        var thread = run.Thread;
        if (thread.Runs.Count(known => known.State is RunState.Queued) >= Limits.QueuedRuns) return new AcceptResult.QueueFull();
        thread.Runs.Add(run);
        Touch(thread, at);
        var claim = thread.Owner is null ? Take(thread, owner) : null;
        return new AcceptResult.Done(thread.Id, run.Id, run.AcceptedAt, run.OpenBefore.Count(), claim, Again: false);
    }

    private static AcceptResult.Done Again(RunRow run) => new(
        run.Thread.Id, run.Id, run.AcceptedAt, run.OpenBefore.Count(), Claim: null, Again: true);

    private Claim Take(ThreadRow thread, string owner)
    {
        var orderly = thread.Owner is null;
        thread.Owner = owner;
        thread.Generation++;
        _leased.Add(thread);
        return new(thread.Id, thread.Generation, thread.Position, orderly, FirstOpen(thread)) { Lease = Lease() };
    }

    private bool IsFree(ThreadRow thread) => lease is null || thread.Owner is null || !_leased.Contains(thread);

    private LeaseTerm? Lease() => lease is { } length ? new(clock.GetTimestamp(), length) : null;

    private static void Apply(RunChange change, RunRow run)
    {
        switch (change)
        {
            case RunChange.Started started when run.State is RunState.Queued:
                run.State = RunState.Running;
                run.StartedAt = started.At;
                break;
            case RunChange.Said said when said.Step >= run.Steps && run.State is not RunState.Closing:     // a step that has ended has said all
                run.Messages.RemoveAll(row => row.Open && row.Step == said.Step);
                run.Messages.AddRange(said.Messages.Select(message => new MessageRow(message, said.Step, said.Open)));
                if (said.Open) break;
                run.Steps = said.Step + 1;
                run.Usage = said.Usage;
                break;
            case RunChange.ToolBegun begun:
                run.BegunCalls.Add(begun.CallId);
                break;
            case RunChange.ToolEnded ended when run.EndedCalls.Add(ended.CallId):
                run.Messages.Add(new(ended.Result, run.Steps - 1, Open: false));
                break;
            case RunChange.Closing closing when run.State is not RunState.Closing:
                run.State = RunState.Closing;
                run.End = closing.End;
                run.Terminal = closing.Terminal;
                for (var i = 0; i < run.Messages.Count; i++) run.Messages[i] = run.Messages[i] with { Open = false };
                run.Thread.Interrupts.AddRange(closing.Interrupts.Select(interrupt => new InterruptRow(run, interrupt)));
                break;
            case RunChange.Closed:
                run.State = RunState.Closed;
                break;
        }
    }

    private static OpenRun? FirstOpen(ThreadRow thread) => thread.OpenRuns.FirstOrDefault() is { } run
        ? new(run.Id, run.Agent, run.State)
        {
            Prompt = run.Prompt,
            StartedAt = run.StartedAt,
            Steps = run.Steps,
            CancelRequested = run.CancelRequested,
            HasDraft = run.Messages.Any(row => row.Open),
            Answered = run.Steps > 0 && run.LastAssistant is { ToolCalls: null or [] },
            PendingCalls = Pending(run),
            End = run.End,
            Terminal = run.Terminal,
            Usage = run.Usage,
        }
        : null;

    // The calls stand in the last message that a model has ended: this run's, or that of the run whose interrupt it answers,
    // or the one before that. Their results may be spread over all of these.
    private static PendingCall[] Pending(RunRow run)
    {
        List<RunRow> chain = [run];
        while (chain[^1] is { LastAssistant: null, Answers: { } interrupt }) chain.Add(interrupt.Run);
        var answered = chain.SelectMany(each => each.Messages).Select(row => row.Message.ToolCallId).ToHashSet();
        var calls = chain[^1].LastAssistant?.ToolCalls ?? [];
        return [.. calls.Where(call => !answered.Contains(call.Id)).Select(call =>
        {
            var answer = run.Answers?.Interrupt.ToolCallId == call.Id ? run.Answers?.Answer : null;
            return new PendingCall(
                call.Id, call.Function.Name, call.Function.Arguments, run.BegunCalls.Contains(call.Id), answer?.Approved, answer?.Denial);
        })];
    }

    private static StoredMessage[] MessagesOf(IEnumerable<RunRow> runs) =>
        [.. runs.SelectMany(run => run.Ordered).Select(row => row.Message)];

    private static void Touch(ThreadRow thread, DateTimeOffset at) =>
        thread.UpdatedAt = Math.Max(thread.UpdatedAt, at.ToUnixTimeMilliseconds());

    private static string Key(ThreadRow thread) => $"{thread.UpdatedAt}.{thread.Id}";

    private static bool IsAfter(ThreadRow thread, string key)
    {
        var dot = key.IndexOf('.');
        if (dot < 0 || !long.TryParse(key[..dot], out var updatedAt)) return false;
        return thread.UpdatedAt < updatedAt
            || thread.UpdatedAt == updatedAt && string.CompareOrdinal(thread.Id, key[(dot + 1)..]) < 0;
    }

    private ThreadRow? Find(string threadId) => _threads.Find(thread => thread.Id == threadId);

    private RunRow? FindRun(string runId) => _threads.SelectMany(thread => thread.Runs).FirstOrDefault(run => run.Id == runId);
}
