using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

/// <summary>What <see cref="ModelStoreCore"/> keeps: plain objects that point at each other.</summary>
internal sealed class ThreadRow(string id, string title, bool selfTest, long createdAt)
{
    public string Id => id;
    public string Title => title;
    public bool SelfTest => selfTest;
    public long CreatedAt { get; } = createdAt;
    public string? Owner { get; set; }
    public long Generation { get; set; }
    public Position Position { get; set; }
    public long UpdatedAt { get; set; } = createdAt;
    public List<RunRow> Runs { get; } = [];
    public List<InterruptRow> Interrupts { get; } = [];

    public IEnumerable<RunRow> OpenRuns => Runs.Where(run => run.State is not RunState.Closed);

    public IEnumerable<RunRow> StartedRuns => Runs.Where(run => run.State is not RunState.Queued);
}

internal sealed class RunRow(ThreadRow thread, string id, string agent, StoredMessage? prompt, InterruptRow? answers)
{
    public ThreadRow Thread => thread;
    public string Id => id;
    public string Agent => agent;
    public StoredMessage? Prompt => prompt;
    public InterruptRow? Answers => answers;
    public Position AcceptedAt { get; } = thread.Position;
    public RunState State { get; set; } = RunState.Queued;
    public bool CancelRequested { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public int Steps { get; set; }
    public RunUsage Usage { get; set; }
    public RunEnd? End { get; set; }
    public byte[]? Terminal { get; set; }
    public HashSet<string> BegunCalls { get; } = [];
    public HashSet<string> EndedCalls { get; } = [];
    public List<MessageRow> Messages { get; } = prompt is null ? [] : [new(prompt, -1, Open: false)];

    public IEnumerable<RunRow> OpenBefore => thread.Runs.TakeWhile(run => run != this).Where(run => run.State is not RunState.Closed);

    public StoredMessage? LastAssistant => Ordered.LastOrDefault(row => row is { Open: false, Message.Role: "assistant" })?.Message;

    /// <summary>By step; within one, as they came.</summary>
    public IEnumerable<MessageRow> Ordered => Messages.OrderBy(row => row.Step);
}

/// <param name="Step">The model call that said it, or after which its tool answered; -1 before the first one.</param>
internal sealed record MessageRow(StoredMessage Message, int Step, bool Open);

internal sealed class InterruptRow(RunRow run, Interrupt interrupt)
{
    public RunRow Run => run;
    public Interrupt Interrupt => interrupt;
    public NewAnswer? Answer { get; set; }
    public RunRow? AnsweredBy { get; set; }
}
