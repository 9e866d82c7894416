using System.ClientModel.Primitives;

namespace Gatehouse.Agents.OpenAi;

/// <summary>
/// Asks again while nothing has been streamed: the pipeline calls this until the response's headers are there, and never after.
/// A timeout is not repeated, because it has used up the user's patience already, and a provider that wants to be left alone for
/// long is obeyed by failing now, with its wish passed on.
/// </summary>
internal sealed class OpenAiRetry(TimeProvider clock) : ClientRetryPolicy(MaxRetries)
{
    public const int MaxRetries = 3;
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);

    /// <summary>How long to wait before the n-th retry if the provider does not say: doubling, with a jitter of a quarter.</summary>
    public static TimeSpan Wait(int retry, double random) => FirstWait * Math.Pow(2, retry - 1) * (0.75 + random / 2);

    // The base bounds the number and knows what is transient: 408, 429, 500, 502, 503, 504 and a connection that failed.
    protected override bool ShouldRetry(PipelineMessage message, Exception? exception) =>
        exception is not OperationCanceledException
        && !(RetryAfter.Of(message.Response) > LongestWait)
        && base.ShouldRetry(message, exception);

    protected override TimeSpan GetNextDelay(PipelineMessage message, int tryCount) =>
        RetryAfter.Of(message.Response) ?? Wait(Math.Max(1, tryCount), Random.Shared.NextDouble());

    protected override Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, clock, cancellationToken);
}
