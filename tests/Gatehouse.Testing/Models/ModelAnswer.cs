using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Testing.Models;

/// <summary>
/// One answer of a <see cref="FakeModelProvider"/>, put together part by part: <c>new ModelAnswer().Text("Hel", "lo").Break()</c>.
/// <see cref="Complete"/> adds what a whole answer ends with. Each part is written and flushed on its own:
/// <code>
/// data: {"id":"chatcmpl-1","object":"chat.completion.chunk",…,"choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}
/// data: {…,"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}
/// data: {…,"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}
/// data: [DONE]
/// </code>
/// </summary>
public sealed class ModelAnswer
{
    private readonly List<Func<HttpContext, CancellationToken, Task>> _parts = [];
    private int _tokens;
    private bool _calls;

    /// <summary>The whole answer that says <paramref name="text"/>, a word at a time.</summary>
    public static ModelAnswer Saying(string text) => new ModelAnswer().Text([.. Words(text)]).Complete();

    /// <summary>The whole answer that calls one tool.</summary>
    public static ModelAnswer Calling(string tool, string arguments = "{}", string id = "call_1") =>
        new ModelAnswer().Call(0, id, tool, arguments).Complete();

    /// <summary>A refusal, in the form of the real one.</summary>
    public static ModelAnswer Refusing(int status, string message = "refused", string? retryAfter = null)
    {
        var answer = new ModelAnswer();
        answer._parts.Add(async (context, cancel) =>
        {
            context.Response.StatusCode = status;
            if (retryAfter is not null)
                context.Response.Headers.RetryAfter = retryAfter;
            var error = new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = "error", ["code"] = $"{status}" } };
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(error.ToJsonString(), cancel);
        });
        return answer;
    }

    /// <summary>Sends the request, body and all, somewhere else.</summary>
    public static ModelAnswer Redirecting(Uri elsewhere) => new ModelAnswer().Part((context, _) =>
    {
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location = $"{elsewhere}/chat/completions";
        return Task.CompletedTask;
    });

    public ModelAnswer Text(params string[] tokens) => Each(tokens, token => new JsonObject { ["content"] = token });

    /// <summary>What models with visible reasoning send beside their text; not OpenAI's own, but what most servers do.</summary>
    public ModelAnswer Reasoning(params string[] tokens) => Each(tokens, token => new JsonObject { ["reasoning_content"] = token });

    /// <summary>A delta without anything in it, as some servers send to keep the connection.</summary>
    public ModelAnswer Empty() => Delta(new JsonObject { ["role"] = "assistant", ["content"] = "" }).Delta([]);

    /// <summary>A tool call; its arguments come in the fragments given.</summary>
    /// <param name="index">Which of several calls; they may be interleaved by <see cref="Arguments"/>.</param>
    public ModelAnswer Call(int index, string id, string tool, params string[] fragments)
    {
        _calls = true;
        var function = new JsonObject { ["name"] = tool, ["arguments"] = "" };
        Delta(ToolCall(new JsonObject { ["index"] = index, ["id"] = id, ["type"] = "function", ["function"] = function }));
        return Arguments(index, fragments);
    }

    /// <summary>More of a call's arguments: parts of its JSON text.</summary>
    public ModelAnswer Arguments(int index, params string[] fragments) => Each(fragments, fragment =>
        ToolCall(new JsonObject { ["index"] = index, ["function"] = new JsonObject { ["arguments"] = fragment } }));

    public ModelAnswer Finish(string reason) => Data(Chunk([], reason).ToJsonString());

    public ModelAnswer Usage(int input, int output)
    {
        var chunk = Chunk([], null);
        chunk["choices"] = new JsonArray();
        chunk["usage"] = new JsonObject
        {
            ["prompt_tokens"] = input,
            ["completion_tokens"] = output,
            ["total_tokens"] = input + output,
        };
        return Data(chunk.ToJsonString());
    }

    /// <summary>Finish reason, usage and <c>[DONE]</c>.</summary>
    public ModelAnswer Complete() => Finish(_calls ? "tool_calls" : "stop").Usage(10, _tokens).Data("[DONE]");

    /// <summary>Any text as an event's data.</summary>
    public ModelAnswer Data(string data) => Raw($"data: {data}\n\n");

    /// <summary>Any text at all.</summary>
    public ModelAnswer Raw(string text)
    {
        _parts.Add(async (context, cancel) =>
        {
            context.Response.ContentType ??= "text/event-stream";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
            await context.Response.Body.FlushAsync(cancel);
        });
        return this;
    }

    /// <summary>Goes on when the test says so.</summary>
    public ModelAnswer Wait(Task until) => Part((_, cancel) => until.WaitAsync(cancel));

    /// <summary>Tells the test that the answer has come this far.</summary>
    public ModelAnswer Tell(TaskCompletionSource reached) => Part((_, _) =>
    {
        reached.TrySetResult();
        return Task.CompletedTask;
    });

    /// <summary>Goes on after a time.</summary>
    public ModelAnswer Pause(TimeSpan time, TimeProvider? clock = null) =>
        Part((_, cancel) => Task.Delay(time, clock ?? TimeProvider.System, cancel));

    /// <summary>Never goes on.</summary>
    public ModelAnswer Hang() => Part((_, cancel) => Task.Delay(Timeout.InfiniteTimeSpan, cancel));

    /// <summary>
    /// Resets the connection. A reset overtakes what has been sent: to have the parts before it arrive, <see cref="Wait"/> until
    /// they have. Without this an answer that is not complete ends cleanly, as behind a bad proxy.
    /// </summary>
    public ModelAnswer Break() => Part((context, _) =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    internal async Task WriteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        foreach (var part in _parts)
            await part(context, cancellationToken);
    }

    private ModelAnswer Part(Func<HttpContext, CancellationToken, Task> part)
    {
        _parts.Add(part);
        return this;
    }

    private ModelAnswer Each(IEnumerable<string> tokens, Func<string, JsonObject> delta)
    {
        foreach (var token in tokens)
        {
            _tokens++;
            Delta(delta(token));
        }
        return this;
    }

    private ModelAnswer Delta(JsonObject delta) => Data(Chunk(delta, null).ToJsonString());

    private static JsonObject ToolCall(JsonObject call) => new() { ["tool_calls"] = new JsonArray(call) };

    private static JsonObject Chunk(JsonObject delta, string? finish) => new()
    {
        ["id"] = "chatcmpl-1",
        ["object"] = "chat.completion.chunk",
        ["created"] = 1_760_000_000,
        ["model"] = "fake-model",
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }),
    };

    private static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var at = text.IndexOf(' '); at >= 0; at = text.IndexOf(' ', at + 1))
        {
            yield return text[start..(at + 1)];
            start = at + 1;
        }
        yield return text[start..];
    }
}
