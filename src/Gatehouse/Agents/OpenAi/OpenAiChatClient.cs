using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Gatehouse.Agents.OpenAi;

/// <summary>
/// The library's client, built on first use (25 ms that a start need not pay), and one guarantee more: an answer that was cut off
/// is never taken for a whole one. A proxy that ends the body cleanly, or an error that a provider sends as a chunk, leaves the
/// library content; what is missing then is the finish reason, and without one the stream ends in an exception.
/// </summary>
internal sealed class OpenAiChatClient : IChatClient
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5); // so that a changed address is noticed

    private readonly HttpClient _http;
    private readonly Lazy<IChatClient> _client;
    private readonly ChatClientMetadata _metadata;

    public OpenAiChatClient(OpenAiSettings settings, TimeProvider clock)
    {
        _metadata = new ChatClientMetadata("openai", settings.Endpoint, settings.Model);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            AutomaticDecompression = DecompressionMethods.All,
            AllowAutoRedirect = false, // neither the key nor a conversation goes where nobody sent it
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // the pipeline's network timeout covers each read
        };
        _client = new Lazy<IChatClient>(() => Connect(settings, clock));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var finished = false;
        await foreach (var update in _client.Value.GetStreamingResponseAsync(messages.Select(Compact), options, cancellationToken))
        {
            finished |= update.FinishReason is not null;
            yield return WithoutEmptyText(update);
        }
        if (!finished)
            throw new EndOfStreamException("The model's answer ended without a finish reason.");
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.Value.GetResponseAsync(messages.Select(Compact), options, cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => _http.Dispose();

    private IChatClient Connect(OpenAiSettings settings, TimeProvider clock) =>
        new ChatClient(settings.Model, new ApiKeyCredential(settings.ApiKey), new OpenAIClientOptions
        {
            Endpoint = settings.Endpoint,
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new OpenAiRetry(clock),
            NetworkTimeout = settings.Silence,
            UserAgentApplicationId = "gatehouse",
        }).AsIChatClient();

    /// <summary>The library would indent a tool's JSON for the model, which pays for each space.</summary>
    private static ChatMessage Compact(ChatMessage message)
    {
        if (!message.Contents.Any(content => content is FunctionResultContent { Result: JsonElement }))
            return message;
        var compact = message.Clone();
        compact.Contents = [.. message.Contents.Select(content => content is FunctionResultContent { Result: JsonElement json } result
            ? new FunctionResultContent(result.CallId, json.ValueKind == JsonValueKind.String ? json.GetString() : json.GetRawText())
            : content)];
        return compact;
    }

    private static ChatResponseUpdate WithoutEmptyText(ChatResponseUpdate update)
    {
        for (var index = update.Contents.Count - 1; index >= 0; index--)
        {
            if (update.Contents[index] is TextContent { Text.Length: 0 })
                update.Contents.RemoveAt(index);
        }
        return update;
    }
}
