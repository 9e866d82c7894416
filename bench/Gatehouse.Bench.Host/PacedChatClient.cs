using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Gatehouse.Bench.Host;

/// <summary>A model whose user says how many tokens it says and how many milliseconds apart, for example <c>250 20</c>.</summary>
internal sealed class PacedChatClient(TimeProvider clock) : IChatClient
{
    private const string Token = "tok~ ";

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var asked = messages.Last(message => message.Role == ChatRole.User).Text.Split(' ');
        var tokens = int.Parse(asked[0], CultureInfo.InvariantCulture);
        var paceMs = int.Parse(asked[1], CultureInfo.InvariantCulture);
        using var timer = paceMs > 0 ? new PeriodicTimer(TimeSpan.FromMilliseconds(paceMs), clock) : null;
        for (var said = 0; said < tokens; said++)
        {
            if (timer is not null) await timer.WaitForNextTickAsync(cancellationToken);
            yield return new(ChatRole.Assistant, Token);
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("It streams.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
