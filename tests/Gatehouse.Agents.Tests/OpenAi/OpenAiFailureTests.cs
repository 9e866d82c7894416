using System.Net.Sockets;
using Gatehouse.Agents.OpenAi;
using Gatehouse.Testing.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Agents.Tests.OpenAi;

/// <summary>How an endpoint fails, what is tried again, and what the runner is told.</summary>
public sealed class OpenAiFailureTests : IAsyncLifetime
{
    private const string Key = "sk-very-secret";
    private readonly FakeTimeProvider _clock = new() { AutoAdvanceAmount = TimeSpan.Zero };
    private FakeModelProvider _provider = null!;

    public async ValueTask InitializeAsync() =>
        _provider = await FakeModelProvider.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _provider.DisposeAsync();

    [Theory]
    [InlineData(400, "agent_failed")]
    [InlineData(401, "agent_failed")]
    [InlineData(402, "agent_failed")]
    [InlineData(403, "agent_failed")]
    [InlineData(404, "agent_failed")]
    public async Task A_refusal_for_good_is_not_repeated(int status, string code)
    {
        _provider.Then(ModelAnswer.Refusing(status, $"Incorrect API key provided: {Key}"));
        var failure = await FailAsync();
        Assert.Equal(code, failure.Code);
        Assert.Equal($"ClientResultException, HTTP {status}", failure.Detail);
        Assert.Single(_provider.Requests);
    }

    [Fact]
    public async Task A_conversation_does_not_follow_a_redirect()
    {
        await using var elsewhere = await FakeModelProvider.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        _provider.Then(ModelAnswer.Redirecting(elsewhere.Endpoint));
        Assert.Equal(AgentFailure.Failed, (await FailAsync()).Code);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData(500, "agent_failed")]
    [InlineData(503, "agent_unreachable")]
    [InlineData(429, "agent_rate_limited")]
    public async Task A_transient_refusal_is_repeated_a_bounded_number_of_times(int status, string code)
    {
        _provider.Otherwise = _ => ModelAnswer.Refusing(status);
        Assert.Equal(code, (await FailAsync()).Code);
        Assert.Equal(1 + OpenAiRetry.MaxRetries, _provider.Requests.Count);
    }

    [Fact]
    public async Task An_overload_that_passes_is_not_seen()
    {
        _provider.Then(ModelAnswer.Refusing(429, retryAfter: "2"), ModelAnswer.Refusing(502), ModelAnswer.Saying("at last"));
        using var model = Model();
        Assert.Equal("at last", await WithTimePassing(TextAsync(model)));
        Assert.Equal(3, _provider.Requests.Count);
    }

    [Fact]
    public async Task The_wish_to_be_left_alone_is_obeyed()
    {
        _provider.Then(ModelAnswer.Refusing(429, retryAfter: "9"));
        using var model = Model();
        var start = _clock.GetUtcNow();
        Assert.Equal("You said: hi", await WithTimePassing(TextAsync(model)));
        Assert.InRange((_clock.GetUtcNow() - start).TotalSeconds, 9, 15);
    }

    [Fact]
    public async Task A_long_wish_fails_now_and_is_passed_on()
    {
        _provider.Then(ModelAnswer.Refusing(429, retryAfter: "60"));
        var failure = await FailAsync();
        Assert.Equal((AgentFailure.RateLimited, TimeSpan.FromSeconds(60)), (failure.Code, failure.RetryAfter));
        Assert.Single(_provider.Requests);
    }

    [Fact]
    public async Task Nothing_listening_is_unreachable()
    {
        await _provider.DisposeAsync();
        var failure = await FailAsync();
        Assert.Equal(AgentFailure.Unreachable, failure.Code);
        Assert.Contains("ConnectionRefused", failure.Detail);
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_answer_is_tried_again()
    {
        _provider.Then(new ModelAnswer().Break());
        using var model = Model();
        Assert.Equal("You said: hi", await WithTimePassing(TextAsync(model)));
    }

    public static TheoryData<string, ModelAnswer, string> BrokenAnswers => new()
    {
        { "ended cleanly", new ModelAnswer().Text("half", " a"), AgentFailure.Unreachable },
        { "ended in a chunk", new ModelAnswer().Text("half", " a").Raw("data: {\"id\":\"chat"), AgentFailure.Unreachable },
        { "not JSON", new ModelAnswer().Text("half", " a").Data("{nonsense").Complete(), AgentFailure.Failed },
        { "an error as a chunk", new ModelAnswer().Text("half", " a").Data("""{"error":{"message":"overloaded","code":529}}"""), AgentFailure.Unreachable },
    };

    [Theory]
    [MemberData(nameof(BrokenAnswers))]
    public async Task An_answer_that_breaks_off_is_never_a_whole_one_and_never_repeated(string how, ModelAnswer answer, string code)
    {
        _provider.Then(answer);
        var text = "";
        var failure = await FailAsync(token => text += token);
        Assert.Equal(code, failure.Code);
        Assert.Equal("half a", text);
        Assert.True(_provider.Requests.Count == 1, how);
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_first_token_is_not_tried_again()
    {
        var heard = new TaskCompletionSource();
        _provider.Then(new ModelAnswer().Text("half").Wait(heard.Task).Break());
        Assert.Equal(AgentFailure.Unreachable, (await FailAsync(_ => heard.TrySetResult())).Code);
        Assert.Single(_provider.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silence_is_unreachable_before_and_within_an_answer(bool within)
    {
        // Time begins to pass when the silence has begun: on a slow machine the connection itself would else be too late.
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _provider.Then(within ? new ModelAnswer().Text("half").Hang() : new ModelAnswer().Tell(silent).Hang());
        var failure = await FailAsync(_ => silent.TrySetResult(), TimeSpan.FromMilliseconds(300), silent.Task);
        Assert.Equal((AgentFailure.Unreachable, "The model did not answer in time."), (failure.Code, failure.PublicMessage));
        Assert.Single(_provider.Requests);
    }

    [Fact]
    public void Anything_else_is_a_failure_without_its_words()
    {
        var failure = AgentFailure.From(new InvalidOperationException($"the key {Key} leaked"));
        Assert.Equal((AgentFailure.Failed, "The agent failed.", "InvalidOperationException"), (failure.Code, failure.PublicMessage, failure.Detail));
        var socket = AgentFailure.From(new HttpRequestException(Key, new SocketException((int)SocketError.HostNotFound)));
        Assert.Equal((AgentFailure.Unreachable, "HttpRequestException, HostNotFound"), (socket.Code, socket.Detail));
    }

    [Theory]
    [InlineData(1, 0, 375)]
    [InlineData(1, 1, 625)]
    [InlineData(3, 0.5, 2000)]
    public void Waits_double_with_jitter(int retry, double random, double milliseconds) =>
        Assert.Equal(milliseconds, OpenAiRetry.Wait(retry, random).TotalMilliseconds);

    private IChatClient Model(TimeSpan? silence = null) => OpenAiAgent.Create(
        new OpenAiSettings(_provider.Endpoint, "fake-model", Key) { Silence = silence ?? TimeSpan.FromSeconds(100) }, _clock).Model;

    private async Task<AgentFailure> FailAsync(Action<string>? onText = null, TimeSpan? silence = null, Task? stillUntil = null)
    {
        using var model = Model(silence);
        var call = TextAsync(model, onText);
        await Task.WhenAny(call, stillUntil ?? Task.CompletedTask);
        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => WithTimePassing(call));
        var failure = AgentFailure.From(thrown);
        Assert.DoesNotContain(Key, failure.ToString());
        return failure;
    }

    private static async Task<string> TextAsync(IChatClient model, Action<string>? onText = null)
    {
        var text = "";
        await foreach (var update in model.GetStreamingResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken))
        {
            text += update.Text;
            onText?.Invoke(update.Text);
        }
        return text;
    }

    /// <summary>Lets simulated time run in steps of a second of the pauses between tries, while the network takes its real time.</summary>
    private async Task<string> WithTimePassing(Task<string> call)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!call.IsCompleted && await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        return await call;
    }
}
