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
}
