using System.Text.Json;
using Gatehouse.Agents.Ops;
using Microsoft.Extensions.AI;

namespace Gatehouse.Agents.Tests.Ops;

public sealed class OpsChatClientTests
{
    [Fact]
    public async Task A_step_is_repeated_word_for_word_after_a_restart()
    {
        using var first = new OpsChat();
        first.Facts.Nodes = () => new(false, [new("database", "failed", 1, [])]);
        await first.AskAsync("ready?");

        for (var length = 1; length < first.History.Count; length += 2)
        {
            using var second = new OpsChat();
            var stored = JsonSerializer.Serialize((IList<ChatMessage>)[.. first.History.Take(length)], AIJsonUtilities.DefaultOptions);
            second.History.AddRange(JsonSerializer.Deserialize<IList<ChatMessage>>(stored, AIJsonUtilities.DefaultOptions)!);
            var again = (await second.StepAsync()).ToChatResponse().Messages.Single();
            Assert.Equal(Shape(first.History[length]), Shape(again));
        }
    }

    private static IEnumerable<string> Shape(ChatMessage message) => message.Contents
        .Where(content => content is not UsageContent)
        .Select(content => content is FunctionCallContent call ? $"{call.CallId} {call.Name}" : content.ToString()!);

    [Fact]
    public async Task Text_streams_word_by_word_at_the_pace()
    {
        using var chat = new OpsChat(tokensPerSecond: 10);
        chat.History.Add(new(ChatRole.User, "help"));
        await using var updates = chat.Agent.Model.GetStreamingResponseAsync(chat.History).GetAsyncEnumerator();

        Assert.True(updates.MoveNextAsync().AsTask().IsCompletedSuccessfully, "the first word comes at once");
        Assert.Equal("I ", updates.Current.Text);
        var second = updates.MoveNextAsync().AsTask();
        chat.Clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(second.IsCompleted);
        chat.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await second);
        Assert.Equal("answer ", updates.Current.Text);

        chat.Clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.True(updates.MoveNextAsync().AsTask().IsCompletedSuccessfully, "a late reader catches up");
        Assert.True(updates.MoveNextAsync().AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        using var chat = new OpsChat(tokensPerSecond: 1);
        using var cancel = new CancellationTokenSource();
        chat.History.Add(new(ChatRole.User, "help"));
        await using var updates = chat.Agent.Model.GetStreamingResponseAsync(chat.History, null, cancel.Token).GetAsyncEnumerator();
        await updates.MoveNextAsync();
        var next = updates.MoveNextAsync().AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Usage_comes_last_and_counts_what_was_streamed()
    {
        using var chat = new OpsChat();
        chat.History.Add(new(ChatRole.User, "what can you do"));
        var updates = await chat.StepAsync();
        var usage = Assert.IsType<UsageContent>(Assert.Single(updates[^1].Contents)).Details;
        Assert.Equal(updates.Count - 1, usage.OutputTokenCount);
        Assert.Equal(4, usage.InputTokenCount);
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("  # Title\n\n- one  two\n```\ncode\n```\n")]
    [InlineData("")]
    [InlineData("one")]
    public void Tokens_together_are_the_text(string text)
    {
        Assert.Equal(text, string.Concat(text.Tokens()));
        Assert.All(text.Tokens(), Assert.NotEmpty);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50, 0)]
    [InlineData(-1, 1)]
    [InlineData(double.NaN, 1)]
    public void The_pace_is_validated(double tokensPerSecond, int errors) =>
        Assert.Equal(errors, OpsOptions.Errors(new() { TokensPerSecond = tokensPerSecond }).Count);
}
