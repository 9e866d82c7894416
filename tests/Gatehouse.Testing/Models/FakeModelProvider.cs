using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Testing.Models;

/// <summary>
/// A local server that speaks the streaming protocol of OpenAI's chat completions
/// (<c>POST /v1/chat/completions</c> with <c>"stream": true</c>), well and badly, as the test says.
/// </summary>
public sealed class FakeModelProvider : IAsyncDisposable
{
    private readonly ConcurrentQueue<ModelAnswer> _answers = [];
    private readonly ConcurrentQueue<ModelRequest> _requests = [];
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _app;
    private bool _disposed;

    private FakeModelProvider(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>What to configure as <c>Agent:Endpoint</c>.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1:1/v1");

    /// <summary>Every request so far, in order.</summary>
    public IReadOnlyList<ModelRequest> Requests => [.. _requests];

    /// <summary>Answers the requests for which no answer is queued. The default repeats the last message.</summary>
    public Func<ModelRequest, ModelAnswer> Otherwise { get; set; } = request => ModelAnswer.Saying($"You said: {request.LastText}");

    /// <summary>Completes when a client has dropped a connection before its answer was complete.</summary>
    public Task Abandoned => _abandoned.Task;

    /// <summary>Starts to listen on the loopback address.</summary>
    /// <param name="port">0 for any free one.</param>
    public static async Task<FakeModelProvider> StartAsync(int port = 0, CancellationToken cancellationToken = default)
    {
        var provider = new FakeModelProvider(port);
        await provider._app.StartAsync(cancellationToken);
        provider.Endpoint = new Uri(provider._app.Urls.Single() + "/v1");
        return provider;
    }

    /// <summary>Queues the next answers, one for each request, retries included.</summary>
    public FakeModelProvider Then(params ModelAnswer[] answers)
    {
        foreach (var answer in answers)
            _answers.Enqueue(answer);
        return this;
    }

    /// <summary>Stops to listen and ends what is being answered. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stopping.CancelAsync(); // lets go of answers that never end
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path != "/v1/chat/completions" || context.Request.Method != "POST")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        var request = new ModelRequest(context.Request.Headers.Authorization.ToString(), body.RootElement.Clone());
        _requests.Enqueue(request);
        var answer = _answers.TryDequeue(out var queued) ? queued : Otherwise(request);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            await answer.WriteAsync(context, ended.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            _abandoned.TrySetResult();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            context.Abort();
        }
    }
}
