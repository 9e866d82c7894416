namespace Gatehouse.Bench.Load;

/// <summary>Socket.IO 5 on Engine.IO 4, WebSocket only: <c>2</c> is a ping, <c>3</c> its answer, <c>40</c> connects, <c>42</c> is an event.</summary>
internal sealed class SocketIoWire : Wire
{
    public override string Path => "/socket.io/?EIO=4&transport=websocket";

    public override string Hello => "40";

    public override bool IsOpened(ReadOnlySpan<byte> message) => message.StartsWith("40"u8);

    public override string? Reply(ReadOnlySpan<byte> message) => message.SequenceEqual("2"u8) ? "3" : null;

    public override string Join(string threadId) => $"42[\"join\",\"{threadId}\"]";

    public override string Run(string threadId, int turn, Answer answer) =>
        $"42[\"run\",\"{threadId}\",{answer.Tokens},{answer.PaceMs},{answer.MergeMs}]";
}
