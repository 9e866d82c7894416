using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Gatehouse.Rollout.Host;

/// <summary>A model that counts: so many words as the message says, a few milliseconds apart.</summary>
internal sealed class SpeakingClient(Fault fault) : IChatClient
{
    private const int UsualWords = 3;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(15);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var asked = messages.Last(message => message.Role == ChatRole.User).Text;
        var words = int.TryParse(asked.Split(' ')[0], CultureInfo.InvariantCulture, out var number) ? number : UsualWords;
        await Task.Delay(fault.FirstEvent, cancellationToken);
        for (var i = 1; i <= words; i++)
        {
            yield return new(ChatRole.Assistant, string.Create(CultureInfo.InvariantCulture, $"{asked}#{i} "));
            await Task.Delay(Pace, cancellationToken);
        }
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
