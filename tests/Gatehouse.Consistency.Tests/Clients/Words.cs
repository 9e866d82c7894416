using System.Collections.Concurrent;
using System.Globalization;

namespace Gatehouse.Consistency.Clients;

/// <summary>A message that a server has accepted.</summary>
internal sealed record AcceptedMessage(string MessageId, string Text, string RunId);

/// <summary>
/// The words of a run of the checker: every message holds words that no other one holds, and what the parrot of the host answers
/// follows from the message alone. Keeps what was accepted, by thread and in order.
/// </summary>
internal sealed class Words
{
    /// <summary>How often the parrot says each word.</summary>
    public const int Repeats = 15;

    private readonly ConcurrentDictionary<string, List<AcceptedMessage>> _accepted = new(StringComparer.Ordinal);     // each list has one writer

    public IReadOnlyDictionary<string, List<AcceptedMessage>> Accepted => _accepted;

    /// <summary>Words in all messages that were accepted.</summary>
    public int Count => _accepted.Values.Sum(messages => messages.Sum(message => message.Text.Split(' ').Length));

    public static string Message(int thread, int number) => string.Create(CultureInfo.InvariantCulture, $"t{thread}.{number}.a t{thread}.{number}.b t{thread}.{number}.c");

    /// <summary>What the parrot answers.</summary>
    public static string Answer(string text) =>
        string.Concat(text.Split(' ').SelectMany(word => Enumerable.Range(1, Repeats).Select(time => string.Create(CultureInfo.InvariantCulture, $"{word}#{time} "))));

    public void Note(string threadId, AcceptedMessage message) => _accepted.GetOrAdd(threadId, static _ => []).Add(message);
}
