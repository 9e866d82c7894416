using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Api;

namespace Gatehouse.LocalRun.Jobs;

/// <summary>What a single run of a job does differently: the body of <c>:run</c>, <c>{"overrides":{"containerOverrides":[{"args":[…],"env":[…]}],"taskCount":2}}</c>.</summary>
internal static class RunOverrides
{
    /// <exception cref="ApiException">It is not what was expected.</exception>
    public static ExecutionSpec Apply(string body, ExecutionSpec spec)
    {
        if (string.IsNullOrWhiteSpace(body)) return spec;
        try
        {
            using (var document = JsonDocument.Parse(body)) ApiAnswer.CheckItems(document.RootElement);
            return JsonNode.Parse(body)?["overrides"] is JsonObject overrides ? Apply(overrides, spec) : spec;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            throw ApiException.Invalid("overrides", $"The body is not the JSON that was expected: {exception.Message}");
        }
    }

    private static ExecutionSpec Apply(JsonObject overrides, ExecutionSpec spec)
    {
        var task = spec.Template.Spec;
        var containers = task.Containers.ToList();
        foreach (var one in overrides["containerOverrides"]?.AsArray().OfType<JsonObject>() ?? [])
        {
            var name = (string?)one["name"];
            var index = name is null ? 0 : containers.FindIndex(each => each.Name == name);
            if (index < 0) throw ApiException.Invalid("overrides.containerOverrides.name", $"There is no container '{name}'.");
            containers[index] = Apply(one, containers[index]);
        }
        var (count, timeout) = (Number(overrides["taskCount"]), Number(overrides["timeoutSeconds"]));
        JobValidation.CheckTasks("overrides.taskCount", count);
        JobValidation.CheckTimeout("overrides.timeoutSeconds", timeout);
        return spec with
        {
            TaskCount = (int?)count ?? spec.TaskCount,
            Template = spec.Template with { Spec = task with { Containers = containers, TimeoutSeconds = timeout ?? task.TimeoutSeconds } },
        };
    }

    private static Container Apply(JsonObject one, Container container)
    {
        var env = new OrderedDictionary<string, EnvVar>(StringComparer.Ordinal);
        foreach (var variable in container.Env ?? []) env[variable.Name] = variable;        // a name may stand there twice
        foreach (var variable in one["env"]?.AsArray().OfType<JsonObject>() ?? [])
        {
            if ((string?)variable["name"] is not { Length: > 0 } name) throw ApiException.Invalid("overrides.containerOverrides.env.name", "A variable needs a name.");
            env[name] = new() { Name = name, Value = (string?)variable["value"] };
        }
        return container with
        {
            Args = one["args"] is JsonArray args ? [.. args.Select(each => (string)each!)] : (bool?)one["clearArgs"] is true ? [] : container.Args,
            Env = [.. env.Values],
        };
    }

    private static long? Number(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Number => node.GetValue<long>(),
        JsonValueKind.String => long.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture),
        _ => null,
    };
}
