using System.Text.Json;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>Plain requests to a revision or to the service.</summary>
internal sealed class ServiceWeb(HttpMessageInvoker http, TimeProvider clock) : IDisposable
{
    private const int LongestAnswer = 8 << 20;
    private static readonly TimeSpan ToAnswer = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http = new(new Passing(http)) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestAnswer };

    /// <summary>Whether the service does its job, by its <c>/ready</c>.</summary>
    /// <returns>What is wrong; null if nothing is, or if it has no such path.</returns>
    public async Task<string?> FaultOfAsync(Uri url, CancellationToken cancellationToken)
    {
        var (status, body) = await GetAsync(new(url, "/ready"), cancellationToken);
        return status switch
        {
            >= 200 and < 400 or 404 => null,
            null => $"/ready does not answer: {body}",
            _ => $"/ready answers {status}{Culprit(body)}",
        };
    }

    /// <returns>Null if it is not told.</returns>
    public async Task<FleetStatus?> StatusAsync(Uri url, CancellationToken cancellationToken)
    {
        var (status, body) = await GetAsync(new(url, "/api/status"), cancellationToken);
        return status is 200 ? FleetStatus.Read(System.Text.Encoding.UTF8.GetBytes(body)) : null;
    }

    /// <summary>The answer of any path. A status of null: there was none, and the body says why.</summary>
    public async Task<(int? Status, string Body)> GetAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ToAnswer, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await _http.GetAsync(uri, either.Token);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(either.Token));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (null, exception.GetBaseException().Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"nothing within {ToAnswer.TotalSeconds:0} s");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Of <c>{"status":"not_ready","nodes":[{"name":"schema","state":"failed","reason":"…"}]}</c>, the first that is not well.</summary>
    public static string Culprit(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (!json.RootElement.TryGetProperty("nodes", out var nodes) || nodes.ValueKind is not JsonValueKind.Array) return "";
            foreach (var state in (string[])["failed", "checking", "stabilising", "unknown"])
                foreach (var node in nodes.EnumerateArray())
                    if (Text(node, "state") == state) return $": the node '{Text(node, "name")}' is {state}{(Text(node, "reason") is { } why ? $": {why}" : "")}";
            return "";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    /// <summary>Lets a client share the sockets' invoker, and not dispose it.</summary>
    private sealed class Passing(HttpMessageInvoker http) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => http.SendAsync(request, cancellationToken);
    }
}
