using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Api;

/// <summary>
/// The part of Knative Serving v1 and of Cloud Run's Jobs v1 that a rollout needs: read, create, replace, delete. No PATCH and no watch, because
/// Cloud Run has neither. May be used from any thread. All members throw <see cref="ApiException"/>.
/// </summary>
public sealed class CloudRunApi : IDisposable
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ToldAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ToldEvery = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;
    private readonly IAccessTokens _tokens;
    private readonly TimeProvider _clock;

    public CloudRunApi(ApiTarget target, IAccessTokens tokens, TimeProvider clock)
    {
        (Target, _tokens, _clock) = (target, tokens, clock);
        _http = new(LocalhostDialer.CreateHandler()) { Timeout = Answer };
    }

    public ApiTarget Target { get; }

    /// <summary>Told what is waited for, when an answer takes long or a request is sent again. From any thread.</summary>
    public Action<string>? Waits { get; init; }

    /// <returns>Null if there is no such service.</returns>
    public async Task<Service?> FindServiceAsync(string name, CancellationToken cancellationToken) =>
        await FindAsync(Target.Services(name), ResourceJson.Default.Service, cancellationToken) is { } service ? Named(service, name) : null;

    /// <summary>A service that is not found may be one that is not there yet, or be looked for in the wrong place.</summary>
    /// <returns>What the API says against the place; null if it knows it, or tells nobody.</returns>
    public async Task<string?> FindPlaceFaultAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ExchangeAsync(HttpMethod.Get, Target.Place, null, cancellationToken);
            return null;
        }
        catch (ApiException exception) when (exception.Fault is ApiFault.NotFound)
        {
            return exception.Message;
        }
        catch (ApiException exception) when (exception.Fault is ApiFault.Forbidden)
        {
            return null;        // a namespace may be used by many who may not read it
        }
    }

    public Task<Service> CreateServiceAsync(Service service, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, Target.Services(), service, ResourceJson.Default.Service, ResourceJson.Default.Service, cancellationToken);

    /// <summary>Replaces what was read: <c>metadata.resourceVersion</c> has to be that of the reading, or it is a <see cref="ApiFault.Conflict"/>.</summary>
    public async Task<Service> ReplaceServiceAsync(Service service, CancellationToken cancellationToken)
    {
        if (service.Metadata.ResourceVersion is null) throw new ArgumentException("A service is replaced only as it was read: metadata.resourceVersion is missing.", nameof(service));
        return Named(await SendAsync(
            HttpMethod.Put, Target.Services(service.Name), service with { Status = null }, ResourceJson.Default.Service, ResourceJson.Default.Service, cancellationToken), service.Name);
    }

    /// <returns>Null if there is no such revision.</returns>
    public Task<Revision?> FindRevisionAsync(string name, CancellationToken cancellationToken) =>
        FindAsync(Target.Revisions(name), ResourceJson.Default.Revision, cancellationToken);

    /// <summary>Deletes a revision, which ends its instances; one that is gone already is no fault.</summary>
    public async Task DeleteRevisionAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await ExchangeAsync(HttpMethod.Delete, Target.Revisions(name), null, cancellationToken);
        }
        catch (ApiException exception) when (exception.Fault is ApiFault.NotFound)
        {
            // As wished.
        }
    }

    /// <returns>Null if there is no such job.</returns>
    public Task<Job?> FindJobAsync(string name, CancellationToken cancellationToken) => FindAsync(Target.Jobs(name), ResourceJson.Default.Job, cancellationToken);

    public Task<Job> CreateJobAsync(Job job, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, Target.Jobs(), job, ResourceJson.Default.Job, ResourceJson.Default.Job, cancellationToken);

    public Task<Job> ReplaceJobAsync(Job job, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, Target.Jobs(job.Name), job with { Status = null }, ResourceJson.Default.Job, ResourceJson.Default.Job, cancellationToken);

    /// <summary>Runs a job, with other arguments if some are given.</summary>
    public async Task<Execution> RunJobAsync(string name, IReadOnlyList<string>? arguments, CancellationToken cancellationToken)
    {
        var body = new RunJobRequest(arguments is null ? null : new([new(arguments)]));
        var json = await ExchangeAsync(
            HttpMethod.Post, new($"{Target.Jobs(name).AbsoluteUri}:run"), JsonSerializer.SerializeToUtf8Bytes(body, RequestJson.Default.RunJobRequest), cancellationToken);
        return Read(json, ResourceJson.Default.Execution, name);
    }

    /// <returns>Null if there is no such execution.</returns>
    public Task<Execution?> FindExecutionAsync(string name, CancellationToken cancellationToken) =>
        FindAsync(Target.Executions(name), ResourceJson.Default.Execution, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<T?> FindAsync<T>(Uri uri, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        try
        {
            return Read(await ExchangeAsync(HttpMethod.Get, uri, null, cancellationToken), type, uri.AbsolutePath);
        }
        catch (ApiException exception) when (exception.Fault is ApiFault.NotFound)
        {
            return null;
        }
    }

    private async Task<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method, Uri uri, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken) =>
        Read(await ExchangeAsync(method, uri, JsonSerializer.SerializeToUtf8Bytes(body, bodyType), cancellationToken), answerType, uri.AbsolutePath);

    private async Task<byte[]> ExchangeAsync(HttpMethod method, Uri uri, byte[]? body, CancellationToken cancellationToken)
    {
        var hasFreshToken = false;
        for (var attempt = 1; ; attempt++)
        {
            var (answer, fault, asked) = await OnceAsync(method, uri, body, hasFreshToken, cancellationToken);
            if (fault is null) return answer!;
            if (fault.Fault is ApiFault.Unauthenticated && !hasFreshToken)
            {
                hasFreshToken = true;       // it may have expired under way: nothing was done, so that it may be sent again
                continue;
            }
            if (attempt >= ApiPatience.Attempts || !ApiPatience.MayRepeat(method, fault.Fault)) throw fault;
            Waits?.Invoke($"{fault.Message}; trying again, {attempt + 1} of {ApiPatience.Attempts}");
            await Task.Delay(ApiPatience.Delay(attempt, asked, Random.Shared.NextDouble()), _clock, cancellationToken);
        }
    }

    private async Task<(byte[]? Answer, ApiException? Fault, TimeSpan? RetryAfter)> OnceAsync(
        HttpMethod method, Uri uri, byte[]? body, bool freshToken, CancellationToken cancellationToken)
    {
        await using var patience = _clock.CreateTimer(_ => Waits?.Invoke($"the API has not answered {method} {uri.AbsolutePath} yet"), null, ToldAfter, ToldEvery);
        using var request = new HttpRequestMessage(method, uri);
        if (await _tokens.GetAsync(freshToken, cancellationToken) is { } token) request.Headers.Authorization = new("Bearer", token);
        if (body is not null) request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode) return (await response.Content.ReadAsByteArrayAsync(cancellationToken), null, null);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (request.Headers.Authorization?.Parameter is { Length: > 0 } secret) text = text.Replace(secret, "(the token)", StringComparison.Ordinal);     // a proxy may repeat what it got
            return (null, ApiErrors.Of(method, uri, response.StatusCode, text), ApiErrors.RetryAfter(response.Headers));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException
            || exception is TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return (null, ApiErrors.Unreachable(method, uri, exception), null);
        }
    }

    // An answer of something that is no such API at all may be JSON nevertheless.
    private static Service Named(Service service, string name) => service.Name == name
        ? service
        : throw new ApiException(ApiFault.Invalid, null, $"the answer is not the service '{name}': is that the address of a Knative Serving API?");

    private static T Read<T>(byte[] json, JsonTypeInfo<T> type, string what)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw new ApiException(ApiFault.Invalid, null, $"{what}: the answer is no resource: {exception.Message}", exception);
        }
    }
}
