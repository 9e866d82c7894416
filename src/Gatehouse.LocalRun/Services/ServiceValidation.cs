using System.Text.RegularExpressions;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Api;

namespace Gatehouse.LocalRun.Services;

/// <summary>What the platform refuses before anything is done.</summary>
internal static partial class ServiceValidation
{
    private const int LongestName = 63;
    private const int MostTimeout = 3600;
    private const int MostConcurrency = 1000;
    private static readonly string[] OfRevisionsOnly =
        ["autoscaling.knative.dev/minScale", "autoscaling.knative.dev/maxScale", "run.googleapis.com/sessionAffinity", "run.googleapis.com/cpu-throttling",
         "run.googleapis.com/startup-cpu-boost", "run.googleapis.com/execution-environment", "run.googleapis.com/health-check-disabled",
         "run.googleapis.com/cloudsql-instances", "run.googleapis.com/vpc-access-connector", "run.googleapis.com/container-dependencies"];

    public static void Check(Service service, string project, bool isNew)
    {
        if (service.Kind is { } kind && kind is not "Service") throw ApiException.Invalid("kind", $"The kind is '{kind}'; 'Service' was expected.");
        if (service.ApiVersion is { } version && version is not ApiVersions.Serving)
            throw ApiException.Invalid("apiVersion", $"The apiVersion is '{version}'; '{ApiVersions.Serving}' was expected.");
        if (service.Metadata.Namespace is { Length: > 0 } space && space != project && isNew && !space.All(char.IsAsciiDigit))
            throw ApiException.Invalid("metadata.namespace", $"The namespace is '{space}'; '{project}' was expected.");
        CheckLabel("metadata.name", service.Name);
        foreach (var annotation in service.Metadata.Annotations?.Keys.Where(OfRevisionsOnly.Contains) ?? [])
            throw ApiException.Invalid($"metadata.annotations[{annotation}]", "Annotation is not supported on resources of kind 'Service'. Supported kinds are: Revision");
        var template = service.Spec.Template;
        if (template.Metadata.Name is { Length: > 0 } name)
        {
            CheckLabel("spec.template.metadata.name", name);
            if (!name.StartsWith($"{service.Name}-", StringComparison.Ordinal))
                throw ApiException.Invalid("spec.template.metadata.name", $"The revision name '{name}' must begin with '{service.Name}-'.");
        }
        CheckSpec(template.Spec);
        TrafficValidation.Check(service);
    }

    private static void CheckSpec(RevisionSpec spec)
    {
        const string At = "spec.template.spec";
        if (spec.Containers.Count is 0) throw ApiException.Invalid($"{At}.containers", "At least one container is needed.");
        if (spec.Containers.Count > 1) throw ApiException.Invalid($"{At}.containers", "The local cloud runs one container per instance; sidecars are not imitated.");
        if (spec.TimeoutSeconds is < 0 or > MostTimeout) throw ApiException.Invalid($"{At}.timeoutSeconds", $"The timeout must be 1 to {MostTimeout} seconds; it is {spec.TimeoutSeconds}.");
        if (spec.ContainerConcurrency is < 0 or > MostConcurrency)
            throw ApiException.Invalid($"{At}.containerConcurrency", $"The concurrency must be 0 to {MostConcurrency}; it is {spec.ContainerConcurrency}.");
        var container = spec.Containers[0];
        if (container.Image is not { Length: > 0 }) throw ApiException.Invalid($"{At}.containers[0].image", "An image is needed.");
        if (container.Ports is { Count: > 1 }) throw ApiException.Invalid($"{At}.containers[0].ports", "At most one port is allowed.");
        CheckVariables(container, $"{At}.containers[0]");
        if (container.Env?.Any(each => each.Name is "PORT") is true) throw ApiException.Invalid($"{At}.containers[0].env", "The name 'PORT' is reserved.");
        ProbeValidation.Check(container, $"{At}.containers[0]");
    }

    internal static void CheckVariables(Container container, string at)
    {
        for (var i = 0; i < container.Env?.Count; i++)
            if (container.Env[i].Name is not { Length: > 0 }) throw ApiException.Invalid(FormattableString.Invariant($"{at}.env[{i}].name"), "A variable needs a name.");
    }

    internal static void CheckLabel(string field, string name)
    {
        if (name.Length is 0 or > LongestName || !Label().IsMatch(name))
            throw ApiException.Invalid(field, $"The name '{name}' must be of lower-case letters, digits and dashes, begin with a letter, not end with a dash, and have at most {LongestName} characters.");
    }

    [GeneratedRegex("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    internal static partial Regex Label();
}
