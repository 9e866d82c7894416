using System.Text;

namespace Gatehouse.Agents.Ops;

/// <summary>
/// Understands a question by its words. A phrase matches when the question contains all of its words, in any order, each up to a
/// typo; it then uses them up. Phrases of more words go first, so that "how long until ready" is about the timeline although
/// "ready" alone is about readiness. No state, no culture: the same text always means the same.
/// </summary>
internal static class Question
{
    // To teach a new way of asking, add its words to a line; test it in QuestionTests.
    private static readonly (Topic Topic, string[] Words)[] Phrases =
    [
        .. Of(Topic.Everything, "everything", "full report", "complete report", "status report", "report", "overview", "summary",
            "all details", "all you know", "whole picture", "full picture"),
        .. Of(Topic.Why, "why", "five whys", "whys", "cause", "root cause", "reason", "diagnosis", "diagnose", "explain", "how come"),
        .. Of(Topic.Readiness, "everything ok", "everything okay", "everything fine", "everything alright", "everything work",
            "everything ready", "everything up", "everything running",
            "ready", "readiness", "unready", "healthy", "health", "unhealthy", "status", "state", "node", "dependency", "dependencies",
            "waiting", "blocked", "stuck", "down", "broken", "failing", "failed", "failure", "fail", "wrong", "problem", "degraded",
            "unavailable", "503", "database", "schema", "redis", "postgres", "working", "going on", "graph", "alive"),
        .. Of(Topic.Timeline, "timeline", "startup", "start", "started", "boot", "booted", "critical path", "gantt", "launch", "cold",
            "how long ready", "how long become ready", "slow ready", "time ready", "longest ready", "warmup"),
        .. Of(Topic.Runs, "run active", "active", "run", "running", "executing", "execution", "queue", "queued", "job", "busy",
            "agent working", "agent running", "you doing"),
        .. Of(Topic.Connections, "active connection", "active user", "active client", "connection", "connected", "socket", "websocket",
            "client", "user", "online", "subscriber", "people", "visitor", "handshake", "refused", "open connection", "running connection"),
        .. Of(Topic.Process, "thread pool", "pool queue", "memory", "ram", "heap", "gc", "garbage", "cpu", "processor", "process",
            "thread", "uptime", "how long running", "how long been running", "how long up", "been up", "load", "footprint", "resource",
            "rss", "leak", "slow"),
        .. Of(Topic.Usage, "usage", "token", "cost", "credit", "spent", "spend", "budget", "consumption", "consumed", "billing", "bill",
            "run failed", "run so far", "run total", "many message", "event", "statistic", "stat", "delivered", "used"),
        .. Of(Topic.Help, "help", "can you do", "can you", "what do you do", "who are you", "command", "ability",
            "capability", "capabilities", "how does this work", "what ask", "example", "option"),
        .. Of(Topic.Greeting, "hi", "hello", "hey", "hallo", "hola", "howdy", "greetings", "good morning", "good evening",
            "good afternoon", "how are you", "thanks", "thank you", "thank", "bye"),
    ];

    // What is one word however it is written, and words that mean nothing beside another.
    private static readonly (string Words, string Word)[] Compounds =
    [
        (" start up ", " startup "), (" boot up ", " startup "), (" up time ", " uptime "), (" warm up ", " warmup "),
        (" web socket", " websocket"), (" memory usage ", " memory "), (" memory is used ", " memory "), (" memory used ", " memory "),
        (" ram usage ", " ram "), (" heap usage ", " heap "), (" cpu usage ", " cpu "), (" resource usage ", " resource "),
    ];

    // The longest first; the sort is stable, so the table's order breaks ties.
    private static readonly (Topic Topic, string[] Words)[] ByLength = [.. Phrases.OrderByDescending(phrase => phrase.Words.Length)];

    // Common words that are one typo away from a word of the table.
    private static readonly HashSet<string> NoTypos = ["read", "reads", "there", "their", "says", "art", "clean", "stage", "stare", "great"];

    /// <summary>The topics of <paramref name="text"/>, in answering order; empty if it is not understood.</summary>
    public static IReadOnlyList<Topic> Topics(string text)
    {
        var words = Words(text);
        var topics = new SortedSet<Topic>();
        foreach (var (topic, phrase) in ByLength)
        {
            if (Find(words, phrase) is not { } found)
                continue;
            foreach (var word in found)
                words.Remove(word);
            topics.Add(topic);
        }
        return Reduce(topics);
    }

    // A greeting before a question is no subject, and everything includes each. The whys begin with what is not ready.
    private static IReadOnlyList<Topic> Reduce(SortedSet<Topic> topics)
    {
        if (topics.Contains(Topic.Everything))
            return [Topic.Everything];
        if (topics.Any(topic => topic > Topic.Everything))
            topics.RemoveWhere(topic => topic < Topic.Everything);
        if (topics.Contains(Topic.Why)) topics.Remove(Topic.Readiness);
        return topics.Contains(Topic.Help) ? [Topic.Help] : [.. topics];
    }

    private static List<string>? Find(List<string> words, string[] phrase)
    {
        var left = new List<string>(words);
        var found = new List<string>(phrase.Length);
        foreach (var wanted in phrase)
        {
            var word = left.Find(candidate => candidate == wanted) ?? left.Find(candidate => Same(candidate, wanted));
            if (word is null)
                return null;
            left.Remove(word);
            found.Add(word);
        }
        return found;
    }

    private static bool Same(string word, string wanted)
    {
        if (word == wanted || (word.Length == wanted.Length + 1 && word[^1] == 's' && word.StartsWith(wanted, StringComparison.Ordinal)))
            return true;
        if (wanted.Length < 5 || word.Length < 4 || word[0] != wanted[0] || NoTypos.Contains(word))
            return false;
        var typos = wanted.Length < 8 ? 1 : 2;
        return Typos.Within(typos, word, wanted) || (word[^1] == 's' && Typos.Within(typos, word[..^1], wanted));
    }

    private static List<string> Words(string text)
    {
        var plain = new StringBuilder(text.Length + 2).Append(' ');
        foreach (var letter in text.ToLowerInvariant())
        {
            if (letter is not ('\'' or '’'))
                plain.Append(char.IsLetterOrDigit(letter) ? letter : ' ');
        }
        plain.Append(' ');
        foreach (var (words, word) in Compounds)
            plain.Replace(words, word);
        return [.. plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(200)];
    }

    private static IEnumerable<(Topic, string[])> Of(Topic topic, params string[] phrases) =>
        phrases.Select(phrase => (topic, phrase.Split(' ')));
}
