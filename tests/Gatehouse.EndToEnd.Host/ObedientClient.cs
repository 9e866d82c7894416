using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Gatehouse.EndToEnd.Host;

/// <summary>
/// A model that does what the last user message says, one word of it a step: <c>book</c>, <c>look</c>, … call that tool
/// (<c>book!</c> makes it wait), <c>count:500</c> counts to 500 slowly, <c>bad</c> calls a tool with arguments that JSON cannot
/// write, <c>boom</c> throws. It ends by saying <c>Done.</c>
/// </summary>
internal sealed class ObedientClient : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var all = messages.ToList();
        var asked = all.FindLastIndex(message => message.Role == ChatRole.User);
        var done = all.Skip(asked).Count(message => message.Role == ChatRole.Assistant);
        var words = all[asked].Text.Split(' ');
        if (done >= words.Length)
        {
            yield return new(ChatRole.Assistant, "Done.");
            yield break;
        }
        var word = words[done];
        if (word == "boom") throw new InvalidOperationException("The model broke.");
        if (word.StartsWith("count:", StringComparison.Ordinal))
        {
            var most = int.Parse(word["count:".Length..], CultureInfo.InvariantCulture);
            for (var number = 1; number <= most; number++)
            {
                yield return new(ChatRole.Assistant, $"{number} ");
                await Task.Delay(2, cancellationToken);
            }
            yield return Call("look", wait: false, done);
        }
        else if (word == "bad")
            yield return new(ChatRole.Assistant, [new FunctionCallContent($"call{done}", "look", new Dictionary<string, object?> { ["wait"] = (Action)(() => { }) })]);
        else
            yield return Call(word.TrimEnd('!'), word.EndsWith('!'), done);
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static ChatResponseUpdate Call(string tool, bool wait, int step) => new(ChatRole.Assistant,
        [new FunctionCallContent($"call{step}", tool, new Dictionary<string, object?> { ["wait"] = JsonSerializer.SerializeToElement(wait) })]);
}
