using System.Text;

namespace Gatehouse.Bench.Load;

/// <summary>
/// Socket.IO 5 on Engine.IO 4, WebSocket only: <c>2</c> is a ping, <c>3</c> its answer, <c>40</c> connects, <c>42</c> is an event. With
/// connection state recovery the answer to <c>40</c> names the session, <c>pid</c>, and the last argument of an event is its offset.
/// </summary>
internal sealed class SocketIoWire : Wire
{
    public override string Path => "/socket.io/?EIO=4&transport=websocket";

    public override string Hello => "40";

    public override bool IsOpened(ReadOnlySpan<byte> message) => message.StartsWith("40"u8);

    public override string? Reply(ReadOnlySpan<byte> message) => message.SequenceEqual("2"u8) ? "3" : null;

    public override string Join(string threadId) => $"42[\"join\",\"{threadId}\"]";

    public override string Run(string threadId, int turn, Answer answer) =>
        $"42[\"run\",\"{threadId}\",{answer.Tokens},{answer.PaceMs},{answer.MergeMs}]";

    public override string Ask(string threadId, int turn, Answer answer) =>
        $"42[\"ask\",\"{threadId}\",{answer.Tokens},{answer.PaceMs},{answer.MergeMs},\"{answer.Saying}\"]";

    public override void Note(ReadOnlySpan<byte> message, Place place)
    {
        if (message.StartsWith("42"u8) && message.EndsWith("\"]"u8)) place.Position = Text(message[(message[..^2].LastIndexOf((byte)'"') + 1)..]);
        else if (message.StartsWith("40"u8) && message.IndexOf("\"pid\":\""u8) is >= 0 and var at) place.Session = Text(message[(at + 7)..]);
    }

    public override string HelloAgain(Place place) => place is { Session: { } session, Position: { } offset }
        ? $$"""40{"pid":"{{session}}","offset":"{{offset}}"}"""
        : Hello;

    private static string Text(ReadOnlySpan<byte> quoted) => Encoding.ASCII.GetString(quoted[..quoted.IndexOf((byte)'"')]);
}
