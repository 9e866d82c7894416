namespace Gatehouse.Agents.Ops;

/// <summary>Composes the Markdown answer of a turn from its facts. Pure: the same history gives the same bytes.</summary>
internal static class Answer
{
    public static string Write(Turn turn)
    {
        if (turn.Topics is [Topic.Everything])
            return Report.Write(turn);
        return turn.Topics switch
        {
            [] => "I did not understand that. " + Abilities,
            [Topic.Greeting] => "Hello! I am this server's ops agent. " + Abilities,
            [Topic.Help] => Abilities,
            _ => string.Join("\n\n", turn.Topics.Select(topic => Section(topic, turn))),
        };
    }

    public static string Section(Topic topic, Turn turn) => topic switch
    {
        Topic.Why => turn.Diagnosis is { } report ? WhyAnswer.Write(report, turn.Nodes) : Unknown("the diagnosis"),
        Topic.Readiness => turn.Nodes is { } nodes ? ReadinessAnswer.Write(nodes) : Unknown("the states of the nodes"),
        Topic.Timeline => turn.Startup is { } startup ? TimelineAnswer.Write(startup) : Unknown("the start-up timeline"),
        Topic.Connections => turn.ConnectionsAndRuns is { } now ? TrafficAnswer.Connections(now) : Unknown("the connections"),
        Topic.Runs => turn.ConnectionsAndRuns is { } now ? TrafficAnswer.Runs(now) : Unknown("the runs"),
        Topic.Process => turn.Process is { } process ? ProcessAnswer.Write(process) : Unknown("the process figures"),
        Topic.Usage => turn.Usage is { } usage ? UsageAnswer.Write(usage) : Unknown("the usage"),
        _ => throw new ArgumentOutOfRangeException(nameof(topic), topic, "This topic has no section."),
    };

    private static string Unknown(string what) => $"I cannot see {what}: the tool gave no answer that I can read.";

    private const string Abilities =
        """
        I answer questions about this server by reading it with tools. Ask me, for example:

        - **Why is it not ready?** From the symptom down to the deepest cause, with the evidence and what to do.
        - **Show the start-up timeline.** What took how long, and the critical path.
        - **How many connections are there?** Open, held and draining, accepted and refused.
        - **Which runs are active?** Agent, step and age of each, and how many wait.
        - **How much memory does it use?** Also CPU, threads, garbage collector and uptime.
        - **What is my usage?** Tokens, runs, tool calls and events since the start.
        - **Tell me everything.** All of it in one report.
        """;
}
