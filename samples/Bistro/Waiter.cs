using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Bistro;

/// <summary>
/// An agent without a model: any <see cref="IChatClient"/> will do. It is called once per step with the whole conversation and
/// says text, or calls tools; Gatehouse runs them and calls it again with the results.
/// </summary>
public sealed class Waiter : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var last = messages.Last();
        if (last.Contents.OfType<FunctionResultContent>().FirstOrDefault() is { } result)
        {
            foreach (var word in $"Here you are: {result.Result}".Split(' ')) yield return new(ChatRole.Assistant, word + " ");
            yield break;
        }
        var words = last.Text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        AIContent answer = words switch
        {
            ["order", var dish, ..] => Call("order", new() { ["dish"] = dish }),
            ["pay", ..] => Call("pay", new() { ["amount"] = 12.5m }),
            ["menu", ..] => Call("menu", []),
            _ => new TextContent("Good evening! Say \"menu\", \"order soup\" or \"pay\"."),
        };
        yield return new(ChatRole.Assistant, [answer]);
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }

    private static FunctionCallContent Call(string tool, Dictionary<string, object?> arguments) =>
        new(Guid.NewGuid().ToString("N"), tool, arguments);
}
