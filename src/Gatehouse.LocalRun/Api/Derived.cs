using Gatehouse.CloudRun.Resources;

namespace Gatehouse.LocalRun.Api;

/// <summary>A service's route and configuration: the two halves of what the service says, under its name.</summary>
internal static class Derived
{
    public static Route Route(Service service) => new()
    {
        ApiVersion = ApiVersions.Serving,
        Kind = "Route",
        Metadata = Metadata(service),
        Spec = new() { Traffic = service.Spec.Traffic },
        Status = service.Status is not { } status ? null : new()
        {
            ObservedGeneration = status.ObservedGeneration,
            Conditions = Half(status.Conditions, "RoutesReady", "AllTrafficAssigned"),
            Url = status.Url,
            Address = status.Address,
            Traffic = status.Traffic,
        },
    };

    public static Configuration Configuration(Service service) => new()
    {
        ApiVersion = ApiVersions.Serving,
        Kind = "Configuration",
        Metadata = Metadata(service),
        Spec = new() { Template = service.Spec.Template },
        Status = service.Status is not { } status ? null : new()
        {
            ObservedGeneration = status.ObservedGeneration,
            Conditions = Half(status.Conditions, "ConfigurationsReady"),
            LatestCreatedRevisionName = status.LatestCreatedRevisionName,
            LatestReadyRevisionName = status.LatestReadyRevisionName,
        },
    };

    private static ObjectMeta Metadata(Service service) => service.Metadata with
    {
        Labels = new SortedDictionary<string, string>((service.Metadata.Labels ?? new Dictionary<string, string>()).ToDictionary(), StringComparer.Ordinal)
        {
            ["serving.knative.dev/service"] = service.Name,
        },
    };

    private static IReadOnlyList<Condition>? Half(IReadOnlyList<Condition>? conditions, string type, params string[] more) =>
        conditions?.FirstOrDefault(each => each.Type == type) is { } half ? [half with { Type = "Ready" }, .. more.Select(other => half with { Type = other })] : null;
}
