using System.Text.Json;
using Gatehouse.Agents;
using Gatehouse.Chat;
using Gatehouse.Operations.Why;
using Gatehouse.Store;
using Microsoft.Extensions.AI;

namespace Gatehouse.Runs;

/// <summary>One model call of a run: asks the agent's model, streaming, and tells the owner what it says.</summary>
internal sealed class ModelCall(AgentCatalog agents, ProviderRecords providers, TimeProvider clock)
{
    /// <param name="messages">What the model sees.</param>
    /// <param name="tell">Takes what was said; completes when the owner can take more.</param>
    public async Task RunAsync(
        OwnerEffect.CallModel call, IReadOnlyList<StoredMessage> messages, Func<OwnerInput, ValueTask> tell, CancellationToken cancellationToken)
    {
        var (run, step) = (call.Run, call.Step);
        if (!agents.Has(run.Agent))
        {
            await tell(new OwnerInput.ModelEnded(run.RunId, step, new("agent_failed", $"There is no agent {run.Agent} any more.")));
            return;
        }
        var agent = agents.Get(run.Agent);
        var options = new ChatOptions { Tools = agent.Tools.Count > 0 ? [.. agent.Tools.Select(tool => tool.Function)] : null };
        var record = run.Agent == SelfTest.AgentName ? null : providers.Of(run.Agent);
        record?.Called();
        var asked = clock.GetTimestamp();
        var spoke = false;
        try
        {
            await foreach (var update in agent.Model.GetStreamingResponseAsync(ModelContext.Build(agent, messages), options, cancellationToken))
                foreach (var content in update.Contents)
                {
                    if (Delta(content) is not { } delta) continue;
                    if (!spoke) record?.Spoke(clock.GetElapsedTime(asked));
                    spoke = true;
                    await tell(new OwnerInput.ModelSaid(run.RunId, step, delta));
                }
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            record?.Failed(failed);
            throw;
        }
        await tell(new OwnerInput.ModelEnded(run.RunId, step, null));
    }

    private static ModelDelta? Delta(AIContent content) => content switch
    {
        TextReasoningContent { Text.Length: > 0 } reasoning => new ModelDelta.Reasoning(reasoning.Text),
        TextContent { Text.Length: > 0 } text => new ModelDelta.Text(text.Text),
        FunctionCallContent { Exception: { } exception } call =>
            throw new UnserializableException($"The agent called {call.Name} with arguments that are not JSON.", exception),
        FunctionCallContent call => new ModelDelta.Call(call.Name, Arguments(call)),
        UsageContent usage => new ModelDelta.Usage(new(usage.Details.InputTokenCount ?? 0, usage.Details.OutputTokenCount ?? 0)),
        ErrorContent => throw new ModelSaidErrorException(),
        _ => null,
    };

    // An argument that cannot be written as JSON fails the run; the connection never sees it.
    private static string Arguments(FunctionCallContent call)
    {
        if (call.Arguments is not { } arguments) return "{}";
        try
        {
            return JsonSerializer.Serialize(arguments, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>)));
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException or ArgumentException)
        {
            throw new UnserializableException($"The agent called {call.Name} with arguments that cannot be written as JSON.", exception);
        }
    }
}

/// <summary>Something that the agent said cannot be written as JSON.</summary>
internal sealed class UnserializableException(string message, Exception inner) : Exception(message, inner);

/// <summary>The model itself reported an error in its answer. Its words stay out: providers put keys and prompts into them.</summary>
internal sealed class ModelSaidErrorException : Exception;
