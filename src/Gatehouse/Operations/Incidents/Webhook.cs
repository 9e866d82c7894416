using System.Net.Http.Headers;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Operations.Incidents;

/// <summary>
/// Tells a webhook, one message after the other, each until it is taken or five attempts have failed. At most 100 wait; of more, the
/// oldest is not told. The address may hold a secret: only its host is ever shown.
/// </summary>
internal sealed partial class Webhook(IncidentOptions options, TimeProvider clock, ILogger<Webhook> logger) : IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private readonly Channel<Incident> _waiting = Channel.CreateBounded<Incident>(new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly Lazy<HttpClient> _http = new(static () => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan });

    /// <summary>Has an incident told as it is now.</summary>
    public void Tell(Incident incident)
    {
        if (options.Webhook is not null) _waiting.Writer.TryWrite(incident);
    }

    /// <summary>Tells what there is to tell, until it is cancelled.</summary>
    /// <param name="told">Is called with each incident, and why it could not be told; null if it was.</param>
    public async Task RunAsync(Action<Incident, string?> told, CancellationToken cancellationToken)
    {
        if (options.Webhook is not { } address) return;
        await foreach (var incident in _waiting.Reader.ReadAllAsync(cancellationToken))
            try
            {
                told(incident, await TellAsync(address, incident, cancellationToken));
            }
            catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(incident.Id, failed);     // the next one is told all the same
            }
    }

    public void Dispose()
    {
        if (_http.IsValueCreated) _http.Value.Dispose();
    }

    private async Task<string?> TellAsync(Uri address, Incident incident, CancellationToken cancellationToken)
    {
        var body = WebhookMessage.Write(incident, options.Form);
        for (var attempt = 1; ; attempt++)
        {
            if (await PostAsync(address, body, cancellationToken) is not { } why) return null;
            LogNotTaken(incident.Id, address.Host, attempt, why);
            if (attempt == Attempts) return why;
            await Task.Delay(FirstPause * (1 << (attempt - 1)), clock, cancellationToken);
        }
    }

    /// <returns>Why it was not taken; null if it was.</returns>
    private async Task<string?> PostAsync(Uri address, byte[] body, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var answer = await _http.Value.PostAsync(address, content, either.Token);
            return answer.IsSuccessStatusCode ? null : $"it answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException failed)
        {
            return failed.HttpRequestError.ToString();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "it did not answer in time";
        }
    }

    [LoggerMessage(1822, LogLevel.Error, "Telling incident {Id} failed unexpectedly")]
    private partial void LogFailed(string id, Exception exception);

    [LoggerMessage(1821, LogLevel.Warning, "Incident {Id} could not be told to {Host} (attempt {Attempt}): {Why}")]
    private partial void LogNotTaken(string id, string host, int attempt, string why);
}
