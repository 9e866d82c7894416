using System.Diagnostics;
using System.Net.Sockets;

namespace Gatehouse.EndToEnd.Probing;

/// <summary>What a server is asked: one of its three probes, or to let somebody in.</summary>
internal enum Question { Startup, Ready, Health, Upgrade }

/// <summary>A moment by both clocks. Moments of this process are compared by the first, with what a server reports by the second.</summary>
internal readonly record struct Moment(long Timestamp, DateTimeOffset Wall)
{
    public static Moment Now => new(Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);

    public bool IsBefore(Moment other) => Timestamp < other.Timestamp;
}

/// <summary>What became of one question.</summary>
/// <param name="At">When the answer had come, or the question had come to nothing.</param>
/// <param name="StatusLine">The first line of the answer; null if there was none.</param>
/// <param name="Fault">Why there was none: refused, reset (or closed), or timed out.</param>
internal sealed record Answer(Question Question, Moment AskedAt, Moment At, string? StatusLine, SocketError? Fault = null)
{
    // "HTTP/1.1 503 Service Unavailable"
    public int? Status => StatusLine is null ? null : int.Parse(StatusLine.AsSpan(9, 3));

    /// <summary>It says that the server can do its job, or lets somebody in.</summary>
    public bool Opens => Question is not Question.Health && Status is 101 or 200;
}
