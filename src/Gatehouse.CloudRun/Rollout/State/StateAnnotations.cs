using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>The annotations of a service in which a rollout keeps its state.</summary>
internal static class StateAnnotations
{
    public const string Prefix = "gatehouse.dev/";
    public const string State = Prefix + "rollout";
    public const string Previous = Prefix + "rollout-previous";
    public const string Last = Prefix + "rollout-last";

    /// <exception cref="RolloutException">It is there and cannot be read.</exception>
    public static RolloutState? ReadState(Service service) => Read(service, State, StateJson.Default.RolloutState);

    public static PreviousService? ReadPrevious(Service service) => Read(service, Previous, StateJson.Default.PreviousService);

    public static LastRollout? ReadLast(Service service) => Read(service, Last, StateJson.Default.LastRollout);

    public static Service With(Service service, RolloutState state) => Set(service, State, JsonSerializer.Serialize(state, StateJson.Default.RolloutState));

    public static Service With(Service service, PreviousService previous) => Set(service, Previous, JsonSerializer.Serialize(previous, StateJson.Default.PreviousService));

    /// <summary>The rollout is over: what it kept goes, how it ended stays.</summary>
    public static Service Ended(Service service, LastRollout last) =>
        Set(Set(Set(service, State, null), Previous, null), Last, JsonSerializer.Serialize(last, StateJson.Default.LastRollout));

    /// <summary>Without ours.</summary>
    public static Dictionary<string, string> Foreign(IReadOnlyDictionary<string, string>? annotations) =>
        (annotations ?? new Dictionary<string, string>()).Where(pair => !pair.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);

    /// <summary>Only ours, and those that the platform wants to have again.</summary>
    public static Dictionary<string, string> Kept(IReadOnlyDictionary<string, string>? annotations) =>
        (annotations ?? new Dictionary<string, string>())
        .Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal) || pair.Key.StartsWith("serving.knative.dev/", StringComparison.Ordinal))
        .ToDictionary(StringComparer.Ordinal);

    private static Service Set(Service service, string name, string? value)
    {
        var annotations = (service.Metadata.Annotations ?? new Dictionary<string, string>()).ToDictionary(StringComparer.Ordinal);
        if (value is null) annotations.Remove(name);
        else annotations[name] = value;
        return service with { Metadata = service.Metadata with { Annotations = annotations } };
    }

    private static T? Read<T>(Service service, string name, JsonTypeInfo<T> type) where T : class
    {
        if (service.Metadata.Annotations?.TryGetValue(name, out var json) is not true) return null;
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException exception)
        {
            throw new RolloutException($"the annotation {name} of the service '{service.Name}' is not what a rollout writes: {exception.Message} Remove it by hand to begin anew.");
        }
    }
}
