using Microsoft.Extensions.AI;

namespace Gatehouse.Agents;

/// <summary>Something that answers in a thread: a model, what it is told, and the tools it may call.</summary>
/// <param name="Name">Unique; what a client names in <c>run.agent</c>.</param>
/// <param name="Model">Called once per step with the thread's history, streaming. Must be safe for concurrent calls.</param>
public sealed record Agent(string Name, IChatClient Model)
{
    /// <summary>One sentence for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>The system prompt; null for none.</summary>
    public string? Instructions { get; init; }

    /// <summary>The tools that the model may call. The runner calls them, one after another, each at most once.</summary>
    public IReadOnlyList<AgentTool> Tools { get; init; } = [];
}

/// <summary>A tool of an agent.</summary>
/// <param name="Function">
/// Called with the model's arguments; it finds the step's idempotency key in the context under <see cref="IdempotencyKey"/>.
/// Wrap it in <see cref="ApprovalRequiredAIFunction"/> to have the user asked first.
/// </param>
/// <param name="Idempotent">
/// Whether a call whose outcome is unknown, because the server stopped while it ran, may simply be made again. Default false:
/// the user is asked.
/// </param>
public sealed record AgentTool(AIFunction Function, bool Idempotent = false)
{
    /// <summary>The key in <see cref="AIFunctionArguments.Context"/> under which a tool finds the step's id.</summary>
    public const string IdempotencyKey = "gatehouse.idempotency-key";

    public static implicit operator AgentTool(AIFunction function) => new(function);
}
