using System.Text;

namespace Gatehouse.Agents.Ops;

/// <summary>The long answer: every section, each with how to read it.</summary>
internal static class Report
{
    private static readonly (Topic Topic, string Title, string Reading)[] Sections =
    [
        (Topic.Readiness, "Readiness",
            "Readiness comes from a graph of nodes, each with a check of its own. A node starts when the nodes that it depends on " +
            "are ready, and the server is ready when all of them are, the last one being a real conversation that the server has " +
            "with itself. The same checks go on afterwards, so the verdict can fall and rise again. When something is wrong, look " +
            "at the deepest node first: whatever waits for it mends itself once it is back."),
        (Topic.Timeline, "Start-up",
            "Nodes that do not depend on each other start side by side. The critical path is the chain that decided how long the " +
            "start took: making any other node faster changes nothing. Time spent proving stability is deliberate, because a " +
            "connection that has just come up is not yet one that stays up."),
        (Topic.Connections, "Connections",
            "A held connection is one that arrived before the server was ready and is kept waiting instead of being turned away. A " +
            "draining one has been told to move on. Refusals are counted when the decision is made, so they show at once in the " +
            "metric `gatehouse.handshakes`, with the reason and the node behind it."),
        (Topic.Runs, "Runs",
            "A run is one execution of an agent in a thread; it goes on when its readers disconnect, and it continues from its last " +
            "checkpoint when the server restarts. A thread has one active run, and later messages wait in its queue. Only the " +
            "beginning of a run's id is shown, because the whole id would be permission to cancel it."),
        (Topic.Process, "Process",
            "The working set is what the operating system sees, the managed heap is the part that holds objects. A growing heap " +
            "with a steady number of connections deserves a look; so does a thread-pool queue that does not empty. Slowness with an " +
            "empty queue and little CPU means that the time is spent elsewhere, usually in a dependency or in a model."),
        (Topic.Usage, "Usage",
            "Tokens are those that models reported, input and output separately. One appended event is delivered once to each " +
            "reader, so with several tabs open the second number outgrows the first. All figures begin at zero with the process; " +
            "for a longer view let a collector read `/metrics`."),
    ];

    public static string Write(Turn turn)
    {
        var report = new StringBuilder("# Report on this server\n\nEvery tool has been called for this; the figures are of the moment of the call.");
        foreach (var (topic, title, reading) in Sections)
            report.Append($"\n\n## {title}\n\n").Append(Answer.Section(topic, turn)).Append("\n\n").Append(reading);
        return report.Append("\n\nAsk about any of these alone for a short answer.").ToString();
    }
}
