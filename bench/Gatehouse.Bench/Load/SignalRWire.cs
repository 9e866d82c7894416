namespace Gatehouse.Bench.Load;

/// <summary>SignalR's JSON protocol on a WebSocket without negotiation. Messages end with U+001E.</summary>
internal sealed class SignalRWire : Wire
{
    public override string Path => "/chat";

    public override string Hello => """{"protocol":"json","version":1}""" + "\u001e";

    public override string KeepAlive => """{"type":6}""" + "\u001e";

    public override bool IsOpened(ReadOnlySpan<byte> message) => message.StartsWith("{}\u001e"u8);

    public override string Join(string threadId) => Call("Join", $"\"{threadId}\"");

    public override string Run(string threadId, int turn, Answer answer) =>
        Call("Run", $"\"{threadId}\",{answer.Tokens},{answer.PaceMs},{answer.MergeMs}");

    public override string Ask(string threadId, int turn, Answer answer) =>
        Call("Ask", $"\"{threadId}\",{answer.Tokens},{answer.PaceMs},{answer.MergeMs},\"{answer.Saying}\"");

    private static string Call(string method, string arguments) =>
        $$"""{"type":1,"target":"{{method}}","arguments":[{{arguments}}]}""" + "\u001e";
}
