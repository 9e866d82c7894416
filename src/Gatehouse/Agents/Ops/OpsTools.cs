using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Diagnosis;
using Gatehouse.Operations;
using Microsoft.Extensions.AI;

namespace Gatehouse.Agents.Ops;

/// <summary>The tools that read the running system. None changes anything, so all are idempotent.</summary>
internal static class OpsTools
{
    public const string StartupTimeline = "startup_timeline";
    public const string NodeStates = "node_states";
    public const string ConnectionsAndRuns = "connections_and_runs";
    public const string ProcessFigures = "process_figures";
    public const string Usage = "usage";
    public const string Diagnosis = "diagnosis";

    public static IReadOnlyList<AgentTool> All(OpsFacts facts) =>
    [
        Tool(StartupTimeline, "How the server's start went: each node's waiting, checking and stabilising time, and the critical path.",
            () => facts.Startup?.Invoke(), OpsJson.Default.StartupTimeline),
        Tool(NodeStates, "Whether the server is ready, and each node's state, since when, what it waits for and its last failure.",
            () => facts.Nodes?.Invoke(), OpsJson.Default.NodeFacts),
        Tool(ConnectionsAndRuns, "WebSocket connections by state, handshake decisions, and the agent runs that are active or queued.",
            facts.ConnectionsAndRuns, OpsJson.Default.ConnectionsAndRuns),
        Tool(ProcessFigures, "The server process: memory, garbage collector, threads, thread-pool queue, CPU time and uptime.",
            facts.Process, OpsJson.Default.ProcessFigures),
        Tool(Usage, "Tokens, runs, steps, tool calls and events of this server since it started.",
            facts.Usage, OpsJson.Default.UsageFigures),
        new(new DiagnosisFunction(facts), Idempotent: true),
    ];

    private static AgentTool Tool<T>(string name, string description, Func<T?> read, JsonTypeInfo<T> json) where T : class =>
        new(new FactFunction<T>(name, description, read, json), Idempotent: true);

    /// <summary>A function without parameters. Not made by AIFunctionFactory, which finds a delegate's signature by reflection.</summary>
    private sealed class FactFunction<T>(string name, string description, Func<T?> read, JsonTypeInfo<T> json) : AIFunction
        where T : class
    {
        public override string Name => name;

        public override string Description => description;

        public override JsonElement JsonSchema => NoParameters;

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
            ValueTask.FromResult<object?>(read() is { } fact ? JsonSerializer.SerializeToElement(fact, json) : Unknown);
    }

    private sealed class DiagnosisFunction(OpsFacts facts) : AIFunction
    {
        public override string Name => Diagnosis;

        public override string Description =>
            "Why something is wrong with the server, from the symptom down to the deepest cause, with evidence and remedies; also that nothing is.";

        public override JsonElement JsonSchema => NoParameters;

        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
            facts.Why is { } why ? JsonElement.Parse(DiagnosisJson.WriteUtf8(await why(cancellationToken))) : Unknown;
    }

    private static readonly JsonElement NoParameters =
        JsonElement.Parse("""{"type":"object","properties":{},"additionalProperties":false}""");

    private static readonly JsonElement Unknown = JsonElement.Parse("""{"error":"not known on this server yet"}""");
}
