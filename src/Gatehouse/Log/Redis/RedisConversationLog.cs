using Gatehouse.Protocol;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>
/// The log of the distributed mode: a hash and a stream for each thread, changed by one script at a time (<c>append.lua</c> and its
/// siblings have the rules of <see cref="ThreadLog"/>), and what is appended is published by the same script.
/// </summary>
/// <remarks>
/// A script computes with a seq, exactly below 2^53; what is beyond is refused. Publications are sharded: on a cluster they stay on the node that holds the thread, and
/// move with it; elsewhere they are like any other.
/// </remarks>
internal sealed class RedisConversationLog(RedisConnection connection, RedisSubscriptions subscriptions, RedisNames names, int window, TimeSpan keep)
    : IConversationLog
{
    private const long LastExactSeq = (1L << 53) - 1;

    private readonly long _keepMs = (long)keep.TotalMilliseconds;

    public async ValueTask<LogAnswer> BeginAsync(string threadId, long generation, Position position, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position.Seq, LastExactSeq, nameof(position));
        var answer = await CallAsync(RedisScript.Begin, threadId, [generation, position.ToString(), _keepMs], cancellationToken);
        return Answer((string)answer!, default);
    }

    public async ValueTask<LogAnswer> AppendAsync(string threadId, LogCall.Append append, CancellationToken cancellationToken)
    {
        var head = append.Entries[^1].Position;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(head.Seq, LastExactSeq, nameof(append));
        var answer = await CallAsync(RedisScript.Append, threadId,
            [
                append.Generation, append.Expected.ToString(), head.ToString(), append.Checkpoint.Seq,
                window, _keepMs, Batch.Encode(append.Expected, append.Entries),
            ],
            cancellationToken);
        return Answer((string)answer!, head);
    }

    public async ValueTask<LogSlice> ReadAsync(string threadId, Position after, int limit, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(RedisScript.Read, threadId, [after.ToString(), after.Seq, limit], cancellationToken);
        if (answer.IsNull || !Position.TryParse((string)answer[1]!, out var before)) return LogSlice.None;
        var entries = new LogEntry[answer.Length - 2];
        var last = before;
        for (var i = 0; i < entries.Length; i++)
        {
            // Off the chain: one of the two keys went back in time alone. Whoever reads is served from the store.
            if (!Batch.TryDecode(last, (byte[])answer[i + 2]!, out entries[i])) return LogSlice.None;
            last = entries[i].Position;
        }
        return new((int)answer[0] == 1, before, entries);
    }

    public async ValueTask KeepAsync(IReadOnlyCollection<string> threadIds, CancellationToken cancellationToken)
    {
        var database = await connection.DatabaseAsync(cancellationToken);
        await Task.WhenAll(threadIds.SelectMany(names.Log).Select(key => database.KeyExpireAsync(key, keep))).WaitAsync(cancellationToken);
    }

    public IDisposable Follow(string threadId, Action<Position, IReadOnlyList<LogEntry>> published, Action missed) =>
        subscriptions.Subscribe(
            names.Publications(threadId),
            message =>
            {
                if (Batch.TryDecode(message, out var after, out var entries)) published(after, entries);
                else missed();
            },
            missed);

    private async Task<RedisResult> CallAsync(RedisScript script, string threadId, RedisValue[] values, CancellationToken cancellationToken)
    {
        try
        {
            var database = await connection.DatabaseAsync(cancellationToken);
            return await script.EvaluateAsync(database, names.Log(threadId), values).WaitAsync(cancellationToken);
        }
        catch (Exception failed) when (RedisFault.IsTheWorlds(failed))
        {
            throw new LogAwayException(RedisFault.Of(failed).Reason, failed);
        }
    }

    // A verdict and the head, which is left out where the caller knows it.
    private static LogAnswer Answer(string answer, Position head)
    {
        if (answer.Length > 1 && !Position.TryParse(answer.AsSpan(1), out head)) throw new InvalidDataException($"The log answered '{answer}'.");
        return new(answer[0] switch
        {
            'O' => LogVerdict.Done,
            'F' => LogVerdict.Fenced,
            'D' => LogVerdict.Diverged,
            _ => throw new InvalidDataException($"The log answered '{answer}'."),
        }, head);
    }
}
