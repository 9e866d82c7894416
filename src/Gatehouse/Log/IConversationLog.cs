using Gatehouse.Protocol;

namespace Gatehouse.Log;

/// <summary>
/// The recent events of all threads. <see cref="BeginAsync"/> and <see cref="AppendAsync"/> are atomic; a call that throws may
/// or may not have happened, and may be made again. All members may be called concurrently.
/// </summary>
/// <remarks>The contract is the suite <c>ConversationLogContract</c>, which every implementation passes.</remarks>
internal interface IConversationLog
{
    /// <summary>A new owner takes a thread's log; see <see cref="ThreadLog.Begin"/>.</summary>
    ValueTask<LogAnswer> BeginAsync(string threadId, long generation, Position position, CancellationToken cancellationToken);

    /// <summary>Adds entries and publishes them to the followers; see <see cref="ThreadLog.Append"/>.</summary>
    ValueTask<LogAnswer> AppendAsync(string threadId, LogCall.Append append, CancellationToken cancellationToken);

    /// <summary>Reads after a position; see <see cref="ThreadLog.Read"/>. <see cref="LogSlice.None"/> if there is no log.</summary>
    ValueTask<LogSlice> ReadAsync(string threadId, Position after, int limit, CancellationToken cancellationToken);

    /// <summary>Has the logs of these threads kept as long as if they were appended to now. What is not there is left alone.</summary>
    ValueTask KeepAsync(IReadOnlyCollection<string> threadIds, CancellationToken cancellationToken);

    /// <summary>
    /// Calls <paramref name="published"/> with (position before, entries) for what is appended from now on, in order, as long as
    /// nothing is lost; whether something was, the chain tells, or <paramref name="missed"/>: it is called when something may have
    /// been appended of which nothing will be told, and the log is to be read. So it is when a log that is far away begins to be
    /// followed, some time after this call, and each time its connection comes back. The callbacks must be quick and must not throw.
    /// </summary>
    /// <returns>Ends it; a call that is under way may still come to its end.</returns>
    IDisposable Follow(string threadId, Action<Position, IReadOnlyList<LogEntry>> published, Action missed);
}
