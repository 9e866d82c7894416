using Gatehouse.Protocol;

namespace Gatehouse.Log;

/// <summary>One event in a thread's log. The bytes are shared by the log, the feeds and every socket, and never change.</summary>
/// <param name="Rewound">The record of a takeover: whoever stands before it is served a snapshot instead of going through it.</param>
internal readonly record struct LogEntry(Position Position, ReadOnlyMemory<byte> Utf8, bool Rewound = false);

/// <summary>What <c>Begin</c> and <c>Append</c> answer.</summary>
internal enum LogVerdict
{
    /// <summary>Done; the head is given.</summary>
    Done,

    /// <summary>The log has seen a higher generation: the caller owns the thread no more.</summary>
    Fenced,

    /// <summary>The head is not where the caller left it: the log lost something. The caller begins again.</summary>
    Diverged,
}

internal readonly record struct LogAnswer(LogVerdict Verdict, Position Head);

/// <summary>A part of a log.</summary>
/// <param name="Found">Whether the position asked for is on the log's chain. If not, the entries are the log's newest.</param>
/// <param name="After">The position before the first entry.</param>
internal sealed record LogSlice(bool Found, Position After, IReadOnlyList<LogEntry> Entries)
{
    /// <summary>What is read where there is no log.</summary>
    public static readonly LogSlice None = new(false, Position.Start, []);
}
