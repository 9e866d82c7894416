using System.Text.Json;
using Gatehouse.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Client.Tests;

/// <summary>A session, a server that is no more than a list of events, and links between them that do what links do.</summary>
internal sealed class World
{
    private const string Thread = "t";
    private readonly FakeTimeProvider _clock = new();
    private readonly Session _session;
    private readonly List<LoggedEvent> _log = [];
    private readonly Dictionary<int, WorldLink> _links = [];
    private int _seed;
    private string _applied = "0";      // the cursor after all that the app was told

    public World()
    {
        _session = new(_clock, () => 0.5);
        _session.Start();
        _session.Follow(Thread);
        CarryOut();
    }

    public void Step(int choice)
    {
        _seed = choice;
        switch (choice % 10)
        {
            case 0 or 1 or 2: Append(); break;
            case 3 or 4 or 5: Deliver(); break;
            case 6: Spoil(); break;
            case 7: Break(); break;
            case 8: Heartbeat(); break;
            default: AdvanceOrLeave(); break;
        }
        CarryOut();
    }

    /// <summary>Nothing fails any more.</summary>
    public void Settle()
    {
        for (var round = 0; round < 10; round++)
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            foreach (var link in _links.Values) link.Outgoing.Enqueue(new(null));
            DeliverAll();
            _session.Tick();
            CarryOut();
            foreach (var link in _links.Values.Where(link => link.Position is not null)) link.Outgoing.Enqueue(Head());
            DeliverAll();
        }
    }

    public void AssertReplicaIsPrefix()
    {
        if (_session.Thread(Thread) is not { Cursor: { } cursor } view) return;
        Assert.Equal(cursor, _applied);
        Assert.Equal(Naive.Texts(_log.Take(int.Parse(cursor))), view.Messages.Select(message => (message.Id, message.Content ?? "")).ToArray());
    }

    public void AssertReplicaIsWhole()
    {
        Assert.Equal(_log.Count.ToString(), _session.Thread(Thread)?.Cursor);
        AssertReplicaIsPrefix();
    }

    private void Append()
    {
        var index = _log.Count;
        var message = $"m{index / 5}";
        _log.Add(new(message, index % 5 is 0 ? null : $"<{index}>"));
        foreach (var link in _links.Values.Where(link => link.Position == index)) Send(link, index, index + 1);
    }

    private void Deliver()
    {
        foreach (var link in _links.Values.Where(link => link.Outgoing.Count > 0).Skip(_seed / 10 % 2).Take(1).ToArray())
        {
            for (var i = 0; i < 1 + (_seed % 7) && link.Outgoing.TryDequeue(out var message); i++) Receive(link, message);
        }
    }

    private void DeliverAll()
    {
        for (var i = 0; i < 100; i++)
        {
            foreach (var link in _links.Values.ToArray())
            {
                if (!link.IsOpen) Open(link);
                while (link.Outgoing.TryDequeue(out var message)) Receive(link, message);
            }
            CarryOut();
        }
    }

    /// <summary>What no link should do: doubles, swaps or loses events.</summary>
    private void Spoil()
    {
        foreach (var link in _links.Values.Where(link => link.Outgoing.Any(message => message.Server is EventsMessage)))
        {
            var messages = link.Outgoing.ToList();
            var at = messages.FindIndex(message => message.Server is EventsMessage);
            if (_seed % 3 is 0) messages.Insert(at, messages[at]);
            else if (_seed % 3 is 1) messages.RemoveAt(at);
            else messages.Reverse(at, messages.Skip(at).TakeWhile(message => message.Server is EventsMessage).Count());
            link.Outgoing.Clear();
            foreach (var message in messages) link.Outgoing.Enqueue(message);
        }
    }

    private void Break()
    {
        foreach (var link in _links.Values.Skip(_seed / 10 % 2).Take(1).ToArray())
        {
            _links.Remove(link.Number);
            _session.Closed(link.Number, (_seed / 20 % 4) switch { 0 => 4400, 1 => 1012, 2 => 4200, _ => null });
        }
    }

    private void Heartbeat()
    {
        foreach (var link in _links.Values.Where(link => link.Position is not null)) link.Outgoing.Enqueue(Head());
    }

    private void AdvanceOrLeave()
    {
        foreach (var link in _links.Values.Where(link => !link.IsOpen).Take(1)) Open(link);
        if (_seed % 3 is not 0) return;
        foreach (var link in _links.Values.Where(link => link.IsOpen).Take(1)) link.Outgoing.Enqueue(new(new GoAway(8000, 1000, "drain")));
    }

    private void Open(WorldLink link)
    {
        link.IsOpen = true;
        _session.Opened(link.Number);
        link.Outgoing.Enqueue(new(new Welcome("k", "i", "1", 20000, 1000, 65536, "s")));
    }

    private void Receive(WorldLink link, WorldMessage message)
    {
        _session.Received(link.Number, message.Server);
        CarryOut();
    }

    private void CarryOut()
    {
        foreach (var output in _session.TakeOutputs())
        {
            switch (output)
            {
                case OpenLink open: _links.Add(open.Link, new(open.Link)); break;
                case CloseLink close: _links.Remove(close.Link); break;
                case DropLink drop: _links.Remove(drop.Link); break;
                case SendCommand { Command: SubscribeCommand subscribe } send when _links.TryGetValue(send.Link, out var link):
                    Subscribe(link, subscribe);
                    break;
                case Tell { Event: EventsApplied { Message: var events } }:
                    Assert.Equal(_applied, events.After);
                    _applied = events.Cursor;
                    break;
                case Tell { Event: SnapshotApplied snapshot }: _applied = snapshot.Cursor; break;
            }
        }
    }

    private void Subscribe(WorldLink link, SubscribeCommand command)
    {
        link.Position = _log.Count;
        var replay = command.Cursor is not null && _seed % 4 is not 0;
        link.Outgoing.Enqueue(new(new Subscribed(command.Id, Thread, replay ? Subscribed.Replayed : Subscribed.Snapshot, command.Cursor ?? "")));
        if (!replay) SendSnapshot(link);
        else if (int.Parse(command.Cursor!) is var from && from < _log.Count) Send(link, from, _log.Count);
    }

    private void SendSnapshot(WorldLink link)
    {
        var cursor = _log.Count.ToString();
        var messages = Naive.Texts(_log).Select(text => new ThreadMessage(text.Id, "assistant", text.Content)).ToArray();
        if (_seed % 8 is 0)
            link.Outgoing.Enqueue(new(new SnapshotMessage(Thread, cursor, messages[..(messages.Length / 2)], null, [], [], true)));
        link.Outgoing.Enqueue(new(new SnapshotMessage(Thread, cursor, _seed % 8 is 0 ? messages[(messages.Length / 2)..] : messages, null, [], [])));
    }

    private void Send(WorldLink link, int from, int to)
    {
        link.Outgoing.Enqueue(new(new EventsMessage(Thread, from.ToString(), to.ToString(), [.. _log[from..to].Select(@event => @event.ToJson())])));
        link.Position = to;
    }

    private WorldMessage Head() => new(new Heartbeat(new Dictionary<string, string> { [Thread] = _log.Count.ToString() }));

    private sealed class WorldLink(int number)
    {
        public int Number => number;
        public bool IsOpen { get; set; }
        public int? Position { get; set; }      // up to where the server has sent
        public Queue<WorldMessage> Outgoing { get; } = [];
    }

    /// <param name="Server">Null: a type that the client does not know.</param>
    private sealed record WorldMessage(ServerMessage? Server);
}

/// <summary>A start of a message (no delta) or a piece of its text.</summary>
internal sealed record LoggedEvent(string MessageId, string? Delta)
{
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(Delta is null
        ? new { type = "TEXT_MESSAGE_START", messageId = MessageId, role = "assistant" }
        : (object)new { type = "TEXT_MESSAGE_CONTENT", messageId = MessageId, delta = Delta });
}

/// <summary>What a thread holds, by the simplest means.</summary>
internal static class Naive
{
    public static (string Id, string Content)[] Texts(IEnumerable<LoggedEvent> log) =>
        [.. log.GroupBy(@event => @event.MessageId).Select(group => (group.Key, string.Concat(group.Select(@event => @event.Delta))))];
}
