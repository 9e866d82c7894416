using System.Text.Json;
using Gatehouse.Store;
using Microsoft.Extensions.AI;

namespace Gatehouse.Agents;

/// <summary>A thread's messages as a model is given them.</summary>
internal static class ModelContext
{
    /// <summary>
    /// Reasoning is left out. A tool's answer follows its call directly, wherever it came in the thread, and a call that has
    /// none is given one: providers refuse a history with a call left open.
    /// </summary>
    public static List<ChatMessage> Build(Agent agent, IReadOnlyList<StoredMessage> messages)
    {
        var answers = messages.Where(message => message.ToolCallId is not null)
            .GroupBy(message => message.ToolCallId!).ToDictionary(group => group.Key, group => group.Last());
        var context = new List<ChatMessage>();
        if (agent.Instructions is { Length: > 0 } instructions) context.Add(new(ChatRole.System, instructions));
        foreach (var message in messages)
        {
            if (message.Role == "user") context.Add(new(ChatRole.User, message.Content));
            else if (message.Role == "assistant") AddAssistant(context, message, answers);
        }
        return context;
    }

    private static void AddAssistant(List<ChatMessage> context, StoredMessage message, Dictionary<string, StoredMessage> answers)
    {
        var contents = new List<AIContent>();
        if (message.Content is { Length: > 0 } text) contents.Add(new TextContent(text));
        foreach (var call in message.ToolCalls ?? [])
            contents.Add(new FunctionCallContent(call.Id, call.Function.Name, Arguments(call.Function.Arguments)));
        if (contents.Count == 0) return;
        context.Add(new(ChatRole.Assistant, contents));
        if (message.ToolCalls is not { Count: > 0 } calls) return;
        context.Add(new(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(
            call.Id, answers.TryGetValue(call.Id, out var answer) ? answer.Content : "This call was not made."))]));
    }

    /// <summary>A call's arguments out of its JSON; null if they are not an object, which the tool then says itself.</summary>
    public static Dictionary<string, object?>? Arguments(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind is JsonValueKind.Object
                ? document.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => (object?)field.Value.Clone())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
