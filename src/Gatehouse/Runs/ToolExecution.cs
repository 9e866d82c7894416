using System.Text.Json;
using Gatehouse.Agents;
using Microsoft.Extensions.AI;

namespace Gatehouse.Runs;

/// <summary>One tool call of a run. Whatever a tool does, its call ends with a text for the model.</summary>
internal sealed class ToolExecution(AgentCatalog agents, IServiceProvider services)
{
    public async Task<OwnerInput.ToolEnded> RunAsync(OwnerEffect.CallTool effect, CancellationToken cancellationToken)
    {
        var call = effect.Call;
        if (ModelContext.Arguments(call.Arguments) is not { } values)
            return new(call.CallId, "The arguments are not a JSON object.", "invalid_arguments");
        try
        {
            var function = agents.Find(effect.Run.Agent, call.Tool)!.Function;
            var arguments = new AIFunctionArguments(values)
            {
                Services = services,
                Context = new Dictionary<object, object?> { [AgentTool.IdempotencyKey] = call.CallId },
            };
            return new(call.CallId, Text(await function.InvokeAsync(arguments, cancellationToken)), null);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The model reads this, and may do better; the user sees it in the opened tool call.
            return exception is NotSupportedException or JsonException
                ? new(call.CallId, $"The tool's answer could not be written as JSON: {exception.Message}", "unserializable")
                : new(call.CallId, $"The tool failed: {exception.Message}", "tool_failed");
        }
    }

    private static string Text(object? result) => result switch
    {
        null => "null",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        JsonElement json => json.GetRawText(),
        TextContent content => content.Text,
        _ => JsonSerializer.Serialize(result, AIJsonUtilities.DefaultOptions.GetTypeInfo(result.GetType())),
    };
}
