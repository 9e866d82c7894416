using Gatehouse.Operations;

namespace Gatehouse.Agents.Ops;

/// <summary>
/// The agent that answers when no model is configured. It knows one subject, this server, and reads it through the same tools that
/// a language model would get.
/// </summary>
internal static class OpsAgent
{
    public const string Name = "ops";

    public static Agent Create(OpsFacts facts, OpsOptions options, TimeProvider clock) =>
        new(Name, new OpsChatClient(options.TokensPerSecond, clock))
        {
            Description = "Answers questions about this server: readiness, start-up, connections, runs, memory and usage.",
            Tools = OpsTools.All(facts),
        };
}
