using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Why;

/// <summary>A server's own explanation of itself.</summary>
internal sealed class WhyServer(Uri address) : IDisposable
{
    private const string Why = "api/why";
    private const int MostBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);    // it may look at a node again before it answers

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = Patience, MaxResponseContentBufferSize = MostBytes };

    public async Task<Explanation> ExplainAsync(Form form, CancellationToken cancellationToken)
    {
        var report = Read(Why, await GetAsync(Why, cancellationToken), "a report", static json => DiagnosisJson.ReadReport(json));
        // Only the server knows the incident around it, and the incidents before.
        return new(report, form is Form.Markdown ? await GetAsync($"{Why}?form=markdown", cancellationToken) : null);
    }

    public async Task<Case> CaseAsync(CancellationToken cancellationToken)
    {
        const string path = "api/case";
        return Read(path, await GetAsync(path, cancellationToken), "a case", static json => DiagnosisJson.ReadCase(json));
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(path, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.OK) return await answer.Content.ReadAsStringAsync(cancellationToken);
            throw new NoExplanationException($"{address}{path} answers {(int)answer.StatusCode} {answer.StatusCode}{Meaning(answer.StatusCode)}");
        }
        catch (HttpRequestException exception)
        {
            throw new NoExplanationException($"cannot read {address}{path}: {Reason(exception)}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NoExplanationException($"{address}{path} does not answer within {Patience.TotalSeconds:0} s");
        }
    }

    private T Read<T>(string path, string text, string what, Func<string, T> read)
    {
        try
        {
            return read(text);
        }
        catch (JsonException exception)
        {
            throw new NoExplanationException($"what {address}{path} answers is not {what}: {exception.Message}");
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
