using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Agents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Gatehouse.Chat;

/// <summary>The threads of the server's own proof that it works: hidden from users and outside every measure.</summary>
internal static class SelfTest
{
    public const string AgentName = "selftest";
    public const string Answer = "I am here.";

    /// <summary>What the ids of its threads begin with.</summary>
    public const string Prefix = "selftest.";

    public static string NewThread() => Prefix + Guid.CreateVersion7().ToString("N");

    public static bool Owns(string threadId) => threadId.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The agent of the self-test; no user can name it.</summary>
    public static Agent CreateAgent() => new(AgentName, new AnswerClient());

    private sealed class AnswerClient : IChatClient
    {
        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return new(ChatRole.Assistant, Answer);
        }

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, Answer)));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() { }
    }
}

/// <summary>What lets the self-test past admission; it lives in this process's memory alone.</summary>
internal sealed class SelfTestSecret
{
    public const string Header = "Gatehouse-Self-Test";

    public string Value { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public bool IsShownBy(HttpRequest request) => request.Headers.TryGetValue(Header, out var shown)
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(shown.ToString()), Encoding.ASCII.GetBytes(Value));
}
