using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>
/// The commands that have no answer, in order. All are idempotent, so each new link is sent all of them again, except those that
/// the server has asked to hold back for a while.
/// </summary>
internal sealed class Outbox(List<SessionOutput> outputs)
{
    private const int Capacity = 1000;
    private readonly List<UnansweredCommand> _commands = [];

    /// <summary>When the next command that is held back falls due.</summary>
    public TimeSpan? DueAt => _commands.Min(command => command.HeldUntil);

    public void Add(long request, Command command, Link? current, int frameBytes)
    {
        var entry = new UnansweredCommand(request, command, command.ToUtf8());
        if (_commands.Count >= Capacity)
            Fail(entry, new(Failure.BacklogFull, $"{Capacity} commands have no answer yet"));
        else if (entry.Utf8.Length > frameBytes)
            Fail(entry, TooBig(entry, frameBytes));
        else
            Enqueue(entry, current);
    }

    /// <summary>Sends all that is not held back.</summary>
    public void SendAll(Link link, TimeSpan now)
    {
        foreach (var entry in _commands.ToArray())
        {
            if (entry.HeldUntil > now) continue;
            Send(entry, link);
        }
    }

    /// <summary>Sends what was held back until now.</summary>
    public void SendDue(Link link, TimeSpan now)
    {
        foreach (var entry in _commands.ToArray())
        {
            if (entry.HeldUntil <= now) Send(entry, link);
        }
    }

    /// <summary>Removes and returns the command that <paramref name="id"/> answers on <paramref name="link"/>; null if there is none.</summary>
    public UnansweredCommand? Answer(CommandId id, Link link)
    {
        var index = Find(id, link);
        if (index < 0) return null;
        var entry = _commands[index];
        _commands.RemoveAt(index);
        return entry;
    }

    /// <summary>Holds the command back until <paramref name="until"/>. False if there is none of that id.</summary>
    public bool Hold(CommandId id, Link link, TimeSpan until)
    {
        var index = Find(id, link);
        if (index < 0) return false;
        (_commands[index].HeldUntil, _commands[index].SentOn) = (until, null);
        return true;
    }

    /// <summary>A run of the thread that is accepted later must not follow it again.</summary>
    public void DoNotFollow(string threadId)
    {
        foreach (var entry in _commands)
        {
            if (entry.Command is RunCommand run && run.ThreadId == threadId) entry.Follow = false;
        }
    }

    /// <summary>Fails what was sent on the link and not answered: the server refuses even to see it again.</summary>
    public void FailSentOn(Link link, Failure failure) => FailWhere(entry => entry.SentOn == link.Number, failure);

    public void FailAll(Failure failure) => FailWhere(_ => true, failure);

    private void FailWhere(Predicate<UnansweredCommand> condition, Failure failure)
    {
        foreach (var entry in _commands.FindAll(condition)) Fail(entry, failure);
        _commands.RemoveAll(condition);
    }

    private int Find(CommandId id, Link link) => _commands.FindIndex(entry => entry.Command.Id == id && entry.SentOn == link.Number);

    private void Enqueue(UnansweredCommand entry, Link? current)
    {
        _commands.Add(entry);
        if (current is not null) Send(entry, current);
    }

    private void Send(UnansweredCommand entry, Link link)
    {
        if (entry.Utf8.Length > link.MaxFrameBytes)
        {
            _commands.Remove(entry);
            Fail(entry, TooBig(entry, link.MaxFrameBytes));
            return;
        }
        (entry.SentOn, entry.HeldUntil) = (link.Number, null);
        outputs.Add(new SendCommand(link.Number, entry.Command, entry.Utf8));
    }

    private void Fail(UnansweredCommand entry, Failure failure) => outputs.Add(new RequestFailed(entry.Request, failure));

    private static Failure TooBig(UnansweredCommand entry, int frameBytes) =>
        new(Failure.FrameTooBig, $"the command is {entry.Utf8.Length} bytes long, the server takes {frameBytes}");
}

/// <summary>A command until its answer.</summary>
internal sealed class UnansweredCommand(long request, Command command, byte[] utf8)
{
    public long Request => request;
    public Command Command => command;
    public byte[] Utf8 => utf8;

    /// <summary>The link that owes the answer; null if none does.</summary>
    public int? SentOn { get; set; }

    /// <summary>Not to be sent before; null if it may be sent at any time.</summary>
    public TimeSpan? HeldUntil { get; set; }

    /// <summary>Whether its acceptance makes the session follow the thread.</summary>
    public bool Follow { get; set; } = true;
}
