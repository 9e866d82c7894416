using Microsoft.AspNetCore.SignalR;

namespace Gatehouse.Bench.SignalR;

/// <summary>What a client may call. An answer outlives the call that asked for it.</summary>
internal sealed class ChatHub(Answers answers) : Hub
{
    public Task Join(string threadId) => Groups.AddToGroupAsync(Context.ConnectionId, threadId);

    public async Task Run(string threadId, int tokens, int paceMs, int mergeMs)
    {
        await Join(threadId);
        answers.Begin(threadId, tokens, TimeSpan.FromMilliseconds(paceMs), TimeSpan.FromMilliseconds(mergeMs));
    }
}
