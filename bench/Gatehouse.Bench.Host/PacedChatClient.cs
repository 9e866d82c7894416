using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Gatehouse.Bench.Host;

/// <summary>
/// A model whose user says how many tokens it says and how many milliseconds apart, for example <c>250 20</c>, and perhaps what they say:
/// <c>250 20 number</c>, or <c>time</c>, the monotonic clock in nanoseconds, which all processes of a machine share.
/// </summary>
internal sealed class PacedChatClient(TimeProvider clock) : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var asked = messages.Last(message => message.Role == ChatRole.User).Text.Split(' ');
        var tokens = int.Parse(asked[0], CultureInfo.InvariantCulture);
        var paceMs = int.Parse(asked[1], CultureInfo.InvariantCulture);
        var says = Says(asked.ElementAtOrDefault(2));
        using var timer = paceMs > 0 ? new PeriodicTimer(TimeSpan.FromMilliseconds(paceMs), clock) : null;
        for (var said = 0; said < tokens; said++)
        {
            if (timer is not null) await timer.WaitForNextTickAsync(cancellationToken);
            yield return new(ChatRole.Assistant, says(said));
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("It streams.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static Func<int, string> Says(string? saying) => saying switch
    {
        null or "fixed" => static _ => "tok~ ",
        "number" => static said => string.Create(CultureInfo.InvariantCulture, $"{said}~ "),
        "time" => static _ => string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetTimestamp()}~ "),
        _ => throw new ArgumentException($"Tokens can be fixed, number or time, not {saying}."),
    };
}
