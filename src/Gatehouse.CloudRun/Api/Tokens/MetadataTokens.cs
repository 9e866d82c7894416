using System.Text.Json;

namespace Gatehouse.CloudRun.Api;

/// <summary>The token of the service account that a machine, build or job on Google Cloud runs as. Elsewhere there is no such server, and no token.</summary>
public sealed class MetadataTokens(TimeProvider clock, Uri? server = null) : IAccessTokens, IDisposable
{
    private static readonly TimeSpan ToAnswer = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BeforeItEnds = TimeSpan.FromMinutes(2);
    private static readonly Uri Usual = new("http://metadata.google.internal");

    private readonly HttpClient _http = new(LocalhostDialer.CreateHandler()) { Timeout = ToAnswer };
    private readonly Uri _token = new(server ?? Usual, "/computeMetadata/v1/instance/service-accounts/default/token");
    private (string Token, DateTimeOffset Until)? _kept;

    public async ValueTask<string?> GetAsync(bool fresh, CancellationToken cancellationToken)
    {
        if (!fresh && _kept is { } kept && clock.GetUtcNow() < kept.Until) return kept.Token;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _token) { Headers = { { "Metadata-Flavor", "Google" } } };
            using var response = await _http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode) return null;
            using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            if (json.RootElement.GetProperty("access_token").GetString() is not { Length: > 0 } token) return null;
            var seconds = json.RootElement.TryGetProperty("expires_in", out var expires) ? expires.GetInt32() : 0;
            _kept = (token, clock.GetUtcNow() + TimeSpan.FromSeconds(seconds) - BeforeItEnds);
            return token;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException or KeyNotFoundException or InvalidOperationException
            || exception is TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;        // not on Google Cloud
        }
    }

    public void Dispose() => _http.Dispose();
}
