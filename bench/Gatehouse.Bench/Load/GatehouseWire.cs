using System.Text;

namespace Gatehouse.Bench.Load;

/// <summary>docs/protocol.md.</summary>
internal sealed class GatehouseWire : Wire
{
    public override string Path => "/ws";

    public override string Subprotocol => "gatehouse.v1";

    public override bool IsOpened(ReadOnlySpan<byte> message) => message.IndexOf("\"welcome\""u8) >= 0;

    public override string Join(string threadId) => $$"""{"type":"subscribe","id":1,"threadId":"{{threadId}}"}""";

    public override string Run(string threadId, int turn, Answer answer) =>
        $$"""{"type":"run","id":2,"threadId":"{{threadId}}","messageId":"{{threadId}}.{{turn}}","text":"{{answer.Tokens}} {{answer.PaceMs}}"}""";

    // A run follows its thread; the second line ends that.
    public override string Ask(string threadId, int turn, Answer answer) =>
        $$"""
        {"type":"run","id":2,"threadId":"{{threadId}}","messageId":"{{threadId}}.{{turn}}","text":"{{answer.Tokens}} {{answer.PaceMs}} {{answer.Saying}}"}
        {"type":"unsubscribe","id":3,"threadId":"{{threadId}}"}
        """;

    public override bool MakesThreads => true;

    public override bool IsAccepted(ReadOnlySpan<byte> message) => message.IndexOf("\"accepted\""u8) >= 0;

    public override void Note(ReadOnlySpan<byte> message, Place place)
    {
        if (message.LastIndexOf("\"cursor\":\""u8) is not (>= 0 and var at)) return;
        var cursor = message[(at + 10)..];
        place.Position = Encoding.ASCII.GetString(cursor[..cursor.IndexOf((byte)'"')]);
    }

    public override string JoinAgain(string threadId, Place place) =>
        place.Position is { } cursor ? $$"""{"type":"subscribe","id":1,"threadId":"{{threadId}}","cursor":"{{cursor}}"}""" : Join(threadId);
}
