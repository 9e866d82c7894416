using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Gatehouse.Agents.Ops;

/// <summary>
/// A deterministic chat client. One call is one step: it reads the last question, asks for the tools that the question needs and
/// that have not answered yet, or, with their results in the history, writes the answer. It keeps nothing between calls, so a step
/// that is asked again after a restart is repeated word for word.
/// </summary>
internal sealed class OpsChatClient(double tokensPerSecond, TimeProvider clock) : IChatClient
{
    public const string ModelId = "gatehouse-ops";

    private static readonly ChatClientMetadata Metadata = new("gatehouse", defaultModelId: ModelId);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var turn = Turn.Read([.. messages], options?.Tools);
        IReadOnlyList<AIContent> contents = turn.Calls.Count > 0
            ? turn.Calls
            : [.. Answer.Write(turn).Tokens().Select(token => new TextContent(token))];

        var pace = new Pace(tokensPerSecond, clock);
        foreach (var content in contents)
        {
            await pace.NextAsync(cancellationToken);
            yield return Update(content);
        }
        var usage = new UsageDetails
        {
            InputTokenCount = turn.Length,
            OutputTokenCount = contents.Count,
            TotalTokenCount = turn.Length + contents.Count,
        };
        var last = Update(new UsageContent(usage));
        last.FinishReason = turn.Calls.Count > 0 ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
        yield return last;
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? Metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private static ChatResponseUpdate Update(AIContent content) => new(ChatRole.Assistant, [content]) { ModelId = ModelId };
}
