using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Gatehouse.Browser.Tests;

/// <summary>The status page's own files with a status that the test makes: for what a server is only seldom.</summary>
internal sealed class PreparedSite : IAsyncDisposable
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'";

    private readonly HttpListener _listener = new();
    private readonly Channel<string> _sent = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;
    private string _latest;

    public PreparedSite(JsonNode status)
    {
        _latest = status.ToJsonString();
        Address = new($"http://localhost:{FreePort.Next()}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>A status in which all is well, but for two incidents: one is open, one closed.</summary>
    public static JsonObject Status()
    {
        var status = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Prepared", "status.json")))!.AsObject();
        status["at"] = DateTimeOffset.UtcNow.ToString("O");
        return status;
    }

    /// <summary>Sends another status to who looks.</summary>
    public void Send(JsonNode status) => _sent.Writer.TryWrite(_latest = status.ToJsonString());

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Close();
        await _serving;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true) answers.Add(AnswerAsync(await _listener.GetContextAsync()));
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var (path, response) = (context.Request.Url!.AbsolutePath, context.Response);
        try
        {
            if (path == "/api/status/live")
            {
                await StreamAsync(response);
                return;
            }
            var file = Path.Combine(Repository.Root, "src/Gatehouse/wwwroot", path == "/status" ? "status.html" : path.TrimStart('/'));
            response.ContentType = Path.GetExtension(file) switch { ".js" => "text/javascript", ".css" => "text/css", ".svg" => "image/svg+xml", _ => "text/html" };
            response.Headers["Content-Security-Policy"] = Policy;
            await response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(file, _end.Token), _end.Token);
            response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException or OperationCanceledException or IOException)
        {
            response.Abort();
        }
    }

    private async Task StreamAsync(HttpListenerResponse response)
    {
        response.ContentType = "text/event-stream";
        response.SendChunked = true;
        for (var next = _latest; ; next = await NextAsync())
        {
            await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"data: {next}\n\n"), _end.Token);
            await response.OutputStream.FlushAsync(_end.Token);
        }
    }

    // As the server does, it says something at least now and then.
    private async Task<string> NextAsync()
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        pause.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            return await _sent.Reader.ReadAsync(pause.Token);
        }
        catch (OperationCanceledException) when (!_end.IsCancellationRequested)
        {
            return _latest;
        }
    }
}
