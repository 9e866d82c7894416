using Microsoft.AspNetCore.SignalR;

namespace Gatehouse.Bench.SignalR;

/// <summary>What a client may call. An answer outlives the call that asked for it.</summary>
internal sealed class ChatHub(Answers answers) : Hub
{
    public Task Join(string threadId) => Groups.AddToGroupAsync(Context.ConnectionId, threadId);

    public async Task Run(string threadId, int tokens, int paceMs, int mergeMs)
    {
        await Join(threadId);
        Ask(threadId, tokens, paceMs, mergeMs, "fixed");
    }

    /// <summary>Asks for an answer that others read.</summary>
    public void Ask(string threadId, int tokens, int paceMs, int mergeMs, string saying) =>
        answers.Begin(threadId, Asked.For(tokens, paceMs, mergeMs, saying));
}
