using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace Gatehouse.Cli.Api;

/// <summary>Reads what a server answers over HTTP, in bounded time and size; what goes wrong is said in one line.</summary>
internal sealed class ServerApi(Uri address) : IDisposable
{
    private const int MostBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);    // it may look at a node again before it answers

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = Patience, MaxResponseContentBufferSize = MostBytes };

    /// <exception cref="NoAnswerException">There is no answer, or one that is none of ours.</exception>
    public async Task<string> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(path, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.OK) return await answer.Content.ReadAsStringAsync(cancellationToken);
            if (await DetailAsync(answer, cancellationToken) is { } detail) throw new NoAnswerException(detail);
            throw new NoAnswerException($"{address}{path} answers {(int)answer.StatusCode} {answer.StatusCode}{Meaning(answer.StatusCode)}");
        }
        catch (HttpRequestException exception)
        {
            throw new NoAnswerException($"cannot read {address}{path}: {Reason(exception)}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NoAnswerException($"{address}{path} does not answer within {Patience.TotalSeconds:0} s");
        }
    }

    /// <exception cref="NoAnswerException">It is not what it should be.</exception>
    public T Read<T>(string path, string text, string what, Func<string, T> read)
    {
        try
        {
            return read(text);
        }
        catch (JsonException exception)
        {
            throw new NoAnswerException($"what {address}{path} answers is not {what}: {exception.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What a server of ours says is wrong with the question (RFC 9457); null if it is none, or says nothing.</summary>
    private static async Task<string?> DetailAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentType?.MediaType is not "application/problem+json") return null;
        try
        {
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            return problem.RootElement.TryGetProperty("detail", out var detail) && detail.ValueKind is JsonValueKind.String ? detail.GetString() : null;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Meaning(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => ": there is no Gatehouse at this address, or one that does not explain itself",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ": it does not explain itself to everybody",
        _ => "",
    };

    private static string Reason(HttpRequestException exception) => exception.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => "there is no such host",
        AuthenticationException => "the encrypted connection fails",
        { Message: var inner } => inner,
        _ => exception.Message,
    };
}

/// <summary>There is nobody, or nothing, to tell what was asked; the message says why.</summary>
internal sealed class NoAnswerException(string message) : Exception(message);
