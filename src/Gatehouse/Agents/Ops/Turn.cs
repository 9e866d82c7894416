using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Diagnosis;
using Gatehouse.Operations;
using Microsoft.Extensions.AI;

namespace Gatehouse.Agents.Ops;

/// <summary>What a history asks for: the last question, what its tools have said, and what must still be called.</summary>
internal sealed class Turn
{
    private readonly Dictionary<string, JsonElement> _results = [];

    private Turn(IReadOnlyList<Topic> topics, IReadOnlyList<AIContent> calls, int length)
    {
        Topics = topics;
        Calls = calls;
        Length = length;
    }

    public IReadOnlyList<Topic> Topics { get; }

    /// <summary>The calls to make before there can be an answer; empty once there can.</summary>
    public IReadOnlyList<AIContent> Calls { get; }

    /// <summary>Words in the whole history, the input tokens of this step.</summary>
    public int Length { get; }

    public StartupTimeline? Startup => Fact(OpsTools.StartupTimeline, OpsJson.Default.StartupTimeline);
    public NodeFacts? Nodes => Fact(OpsTools.NodeStates, OpsJson.Default.NodeFacts);
    public ConnectionsAndRuns? ConnectionsAndRuns => Fact(OpsTools.ConnectionsAndRuns, OpsJson.Default.ConnectionsAndRuns);
    public ProcessFigures? Process => Fact(OpsTools.ProcessFigures, OpsJson.Default.ProcessFigures);
    public DiagnosisReport? Diagnosis => Read(OpsTools.Diagnosis, static result => DiagnosisJson.ReadReport(result.GetRawText()));
    public UsageFigures? Usage => Fact(OpsTools.Usage, OpsJson.Default.UsageFigures);

    public static Turn Read(IReadOnlyList<ChatMessage> messages, IEnumerable<AITool>? offered)
    {
        var asked = LastQuestion(messages);
        var topics = asked < 0 ? [] : Question.Topics(messages[asked].Text);
        var results = Results(messages.Skip(asked + 1));
        var available = (offered ?? []).Select(tool => tool.Name).ToHashSet();
        var calls = topics.SelectMany(ToolsFor).Distinct()
            .Where(tool => available.Contains(tool) && !results.ContainsKey(tool))
            // The number of messages makes the id unique in its thread, and the same when the step is repeated.
            .Select(tool => (AIContent)new FunctionCallContent($"ops-{messages.Count}-{tool}", tool, new Dictionary<string, object?>()));
        var turn = new Turn(topics, [.. calls], messages.Sum(message => message.Text.CountTokens()));
        foreach (var (tool, result) in results)
            turn._results[tool] = result;
        return turn;
    }

    // Messages are from the last question on; what came before answers an older one and may be stale.
    private static int LastQuestion(IReadOnlyList<ChatMessage> messages)
    {
        for (var index = messages.Count - 1; index >= 0; index--)
        {
            if (messages[index].Role == ChatRole.User)
                return index;
        }
        return -1;
    }

    private static Dictionary<string, JsonElement> Results(IEnumerable<ChatMessage> messages)
    {
        var names = new Dictionary<string, string>();
        var results = new Dictionary<string, JsonElement>();
        foreach (var content in messages.SelectMany(message => message.Contents))
        {
            if (content is FunctionCallContent call)
                names[call.CallId] = call.Name;
            else if (content is FunctionResultContent result && names.TryGetValue(result.CallId, out var tool))
                results[tool] = Json(result.Result);
        }
        return results;
    }

    /// <summary>A result is an element as the tool returned it, or its text after a checkpoint, or the words of a failure.</summary>
    private static JsonElement Json(object? result)
    {
        var text = result switch
        {
            JsonElement { ValueKind: JsonValueKind.Object } element => element.GetRawText(),
            JsonElement { ValueKind: JsonValueKind.String } element => element.GetString(),
            string words => words,
            _ => null,
        };
        try
        {
            return text is null ? default : JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return default; // a failure in words: the fact is not known
        }
    }

    private T? Fact<T>(string tool, JsonTypeInfo<T> json) where T : class => Read(tool, result => result.Deserialize(json));

    private T? Read<T>(string tool, Func<JsonElement, T?> read) where T : class
    {
        if (!_results.TryGetValue(tool, out var result) || result.ValueKind != JsonValueKind.Object)
            return null;
        try
        {
            return read(result);
        }
        catch (JsonException)
        {
            return null; // an error object, or another version's shape: the fact is not known
        }
    }

    private static string[] ToolsFor(Topic topic) => topic switch
    {
        Topic.Why => [OpsTools.NodeStates, OpsTools.Diagnosis],
        Topic.Readiness => [OpsTools.NodeStates],
        Topic.Timeline => [OpsTools.StartupTimeline],
        Topic.Connections or Topic.Runs => [OpsTools.ConnectionsAndRuns],
        Topic.Process => [OpsTools.ProcessFigures],
        Topic.Usage => [OpsTools.Usage],
        Topic.Everything =>
            [OpsTools.NodeStates, OpsTools.StartupTimeline, OpsTools.ConnectionsAndRuns, OpsTools.ProcessFigures, OpsTools.Usage],
        _ => [],
    };
}
