using System.Text.Json;
using Gatehouse.Agents.OpenAi;
using Gatehouse.Testing.Models;
using Microsoft.Extensions.AI;

namespace Gatehouse.Agents.Tests.OpenAi;

/// <summary>What an OpenAI-compatible endpoint says and how the agent hears it.</summary>
public sealed class OpenAiChatTests : IAsyncLifetime
{
    private FakeModelProvider _provider = null!;
    private IChatClient _model = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await FakeModelProvider.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        _model = OpenAiAgent.Create(new OpenAiSettings(_provider.Endpoint, "fake-model", "sk-test"), TimeProvider.System).Model;
    }

    public async ValueTask DisposeAsync()
    {
        _model.Dispose();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Text_streams_token_by_token_with_its_usage()
    {
        _provider.Then(new ModelAnswer().Empty().Text("Hel", "lo").Empty().Complete());
        var updates = await AskAsync("hi");
        Assert.Equal(["Hel", "lo"], updates.SelectMany(update => update.Contents).OfType<TextContent>().Select(text => text.Text));
        var usage = Assert.Single(updates.SelectMany(update => update.Contents).OfType<UsageContent>()).Details;
        Assert.Equal((10, 2), (usage.InputTokenCount, usage.OutputTokenCount));
        Assert.Contains(updates, update => update.FinishReason == ChatFinishReason.Stop);

        var request = Assert.Single(_provider.Requests);
        Assert.Equal("Bearer sk-test", request.Authorization);
        Assert.Equal("fake-model", request.Model);
        Assert.Equal("hi", request.LastText);
        Assert.True(request.Body.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public async Task A_token_arrives_before_the_next_is_written()
    {
        var gate = new TaskCompletionSource();
        _provider.Then(new ModelAnswer().Text("one ").Wait(gate.Task).Text("two").Complete());
        await using var updates = _model.GetStreamingResponseAsync("hi").GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("one ", updates.Current.Text);
        gate.SetResult();
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("two", updates.Current.Text);
    }

    [Fact]
    public async Task Reasoning_is_told_apart_from_text()
    {
        _provider.Then(new ModelAnswer().Reasoning("Let me ", "think.").Text("42").Complete());
        var updates = await AskAsync("why?");
        Assert.Equal("Let me think.", string.Concat(updates.SelectMany(update => update.Contents).OfType<TextReasoningContent>().Select(part => part.Text)));
        Assert.Equal("42", string.Concat(updates.Select(update => update.Text)));
    }

    [Fact]
    public async Task Parallel_tool_calls_are_put_together_from_their_fragments()
    {
        _provider.Then(new ModelAnswer()
            .Call(0, "call_a", "weather", """{"ci""").Call(1, "call_b", "time")
            .Arguments(0, """ty":"Rom""").Arguments(1, "{}").Arguments(0, """e"}""").Complete());
        var updates = await AskAsync("weather and time?");
        var calls = updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(["call_a weather", "call_b time"], calls.Select(call => $"{call.CallId} {call.Name}"));
        Assert.Equal("Rome", calls[0].Arguments!["city"]!.ToString());
        Assert.Contains(updates, update => update.FinishReason == ChatFinishReason.ToolCalls);
        Assert.Contains(updates, update => update.RawRepresentation is not null);
    }

    [Fact]
    public async Task Arguments_that_are_not_JSON_are_a_call_with_an_exception()
    {
        _provider.Then(ModelAnswer.Calling("weather", """{"city":"""));
        var call = Assert.Single((await AskAsync("weather?")).SelectMany(update => update.Contents).OfType<FunctionCallContent>());
        Assert.NotNull(call.Exception);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("")]
    public async Task An_endpoint_may_end_in_a_slash(string end)
    {
        using var model = OpenAiAgent.Create(
            new OpenAiSettings(new Uri(_provider.Endpoint + end), "fake-model", "sk-test"), TimeProvider.System).Model;
        await DrainAsync(model.GetStreamingResponseAsync("hi"));
        Assert.Single(_provider.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tools_and_their_results_reach_the_model_without_spaces(bool asText)
    {
        object result = asText ? """{"totalMs":412}""" : JsonElement.Parse("""{"totalMs":412}""");
        using var ops = new Agents.Tests.Ops.OpsChat();
        var tool = ops.Agent.Tools[0].Function;
        List<ChatMessage> history =
        [
            new(ChatRole.User, "timeline?"),
            new(ChatRole.Assistant, [new FunctionCallContent("call_1", tool.Name, new Dictionary<string, object?>())]),
            new(ChatRole.Tool, [new FunctionResultContent("call_1", result)]),
        ];
        await DrainAsync(_model.GetStreamingResponseAsync(history, new ChatOptions { Tools = [tool] }));
        var request = Assert.Single(_provider.Requests);
        Assert.Equal(["startup_timeline"], request.Tools);
        Assert.Equal("""{"totalMs":412}""", request.LastText);
    }

    [Fact]
    public async Task Cancelling_closes_the_connection_at_once()
    {
        _provider.Then(new ModelAnswer().Text("one").Hang());
        using var cancel = new CancellationTokenSource();
        await using var updates = _model.GetStreamingResponseAsync("hi", cancellationToken: cancel.Token).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        var next = updates.MoveNextAsync().AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await _provider.Abandoned.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private Task<List<ChatResponseUpdate>> AskAsync(string text) => DrainAsync(_model.GetStreamingResponseAsync(text));

    private static async Task<List<ChatResponseUpdate>> DrainAsync(IAsyncEnumerable<ChatResponseUpdate> answer)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in answer.WithCancellation(TestContext.Current.CancellationToken))
            updates.Add(update);
        return updates;
    }
}
