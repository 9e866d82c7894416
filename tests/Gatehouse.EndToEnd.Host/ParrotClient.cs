using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Gatehouse.EndToEnd.Host;

/// <summary>
/// A model whose answer follows from the user's message alone: it looks once, and then says each word of it so many times over,
/// numbered, a token every few milliseconds.
/// </summary>
internal sealed class ParrotClient(int repeats, TimeSpan pace) : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var all = messages.ToList();
        var asked = all.FindLastIndex(message => message.Role == ChatRole.User);
        if (all.Count == asked + 1)
        {
            yield return new(ChatRole.Assistant,
                [new FunctionCallContent($"look{asked}", "look", new Dictionary<string, object?> { ["wait"] = JsonSerializer.SerializeToElement(false) })]);
            yield break;
        }
        foreach (var word in all[asked].Text.Split(' '))
            for (var time = 1; time <= repeats; time++)
            {
                yield return new(ChatRole.Assistant, string.Create(CultureInfo.InvariantCulture, $"{word}#{time} "));
                await Task.Delay(pace, cancellationToken);
            }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
