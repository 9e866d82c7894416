using System.Text.Json;
using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>Images, ports, quantities and the order of containers.</summary>
internal static class ContainerCheck
{
    private const string DependenciesKey = "run.googleapis.com/container-dependencies";

    public static void Run(Subject subject, Findings findings)
    {
        if (subject.Spec["containers"] is { Node: ManifestList { Items.Count: 0 } } none)
            findings.AddKey(KeyRules.Missing, none, "there is no container", "write a container with its image");
        Ports(subject, findings);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var container in subject.Containers)
        {
            if (container["name"].Text is { } name && !names.Add(name))
                findings.Add(ContainerRules.NameTwice, container["name"], $"another container is called '{Shown.Of(name)}', too", "give each its own name");
            Image(container["image"], findings);
            Quantities(container["resources"], findings);
            if (subject.IsCloudRun) Variables(container, findings);
        }
        if (subject is { IsService: true, IsCloudRun: true }) Dependencies(subject, names, findings);
    }

    private static void Ports(Subject subject, Findings findings)
    {
        if (!subject.IsService) return;
        foreach (var port in subject.Containers.SelectMany(static container => container["ports"].Items).Skip(1))
            findings.Add(ContainerRules.SeveralPorts, port, "requests come to one port of one container; this is another", "keep the port that requests come to, and leave out the others: containers reach each other on localhost without them");
    }

    private static void Image(Spot spot, Findings findings)
    {
        if (spot.Text is not { Length: > 0 } image || image.Contains('@', StringComparison.Ordinal)) return;
        var last = image[(image.LastIndexOf('/') + 1)..];
        if (!last.Contains(':', StringComparison.Ordinal) || last.EndsWith(":latest", StringComparison.Ordinal))
            findings.Add(ContainerRules.ImageFloats, spot, $"'{Shown.Of(image)}' is whatever was pushed last: two revisions of the same text run different code, and going back is guessing", "name a version or a digest");
    }

    private static void Quantities(Spot resources, Findings findings)
    {
        foreach (var kind in new[] { "limits", "requests" })
        {
            if (resources[kind] is { Exists: true, Map: null } wrong) findings.Add(KeyRules.WrongType, wrong, $"{wrong.Path} must be a map, and is none", "write cpu and memory below it");
            foreach (var limit in resources[kind].Fields)
            {
                if (limit.Key is not ("cpu" or "memory" or "nvidia.com/gpu"))
                    findings.AddKey(KeyRules.Unknown, limit, $"there is no '{Shown.Of(limit.Key)}' to ask for", "write cpu, memory or nvidia.com/gpu");
                else if (limit.Exists && (limit.Text is not { } text || !(limit.Key is "memory" ? Quantity.IsMemory(text) : Quantity.IsCount(text))))
                    findings.Add(ContainerRules.Quantity, limit, $"{limit.Path} has not the form of a quantity{(limit.Text is { } given ? $": '{Shown.Of(given)}'" : "")}",
                        limit.Key is "memory" ? "write memory as 512Mi or 1Gi" : "write a number, as 1, 2, or 500m for half");
            }
        }
    }

    private static void Variables(Spot container, Findings findings)
    {
        // To a shell it is a command whose output it wants.
        var told = container["command"].Items.FirstOrDefault()?.Text?.Split('/')[^1] is "sh" or "bash" or "ash" or "dash" or "zsh" or "ksh" ? [] : container["command"].Items.Concat(container["args"].Items);
        foreach (var spot in told.Concat(container["env"].Items.Select(static variable => variable["value"])))
            if (spot.Text is { } text && Quantity.HasVariable(text))
                findings.Add(ContainerRules.Variable, spot, "'$(VAR)' is what the program will see: Cloud Run replaces no variables here", "read the variable in the program, or start it with sh -c and \"$VAR\"");
    }

    private static void Dependencies(Subject subject, HashSet<string> names, Findings findings)
    {
        var spot = subject.TemplateAnnotation(DependenciesKey);
        if (spot.Text is not { } text) return;
        if (!TryRead(text, out var waitedFor, out var waiting))
        {
            findings.Add(AnnotationRules.BadValue, spot, $"'{DependenciesKey}' is no JSON map from a container to a list of containers", """write as '{"server":["proxy"]}'""");
            return;
        }
        foreach (var name in waitedFor.Concat(waiting).Distinct(StringComparer.Ordinal).Where(name => !names.Contains(name)))
            findings.Add(ContainerRules.UnknownDependency, spot, $"there is no container '{Shown.Of(name)}'", "name containers as containers[].name does");
        foreach (var name in waitedFor.Distinct(StringComparer.Ordinal))
            if (subject.Containers.FirstOrDefault(container => container["name"].Text == name) is { } container && !container["startupProbe"].Exists)
                findings.AddKey(ContainerRules.Dependencies, container["name"], $"others wait for the container '{Shown.Of(name)}', and only a start-up probe can say when it is up", "give it a startupProbe");
    }

    private static bool TryRead(string text, out List<string> waitedFor, out List<string> waiting)
    {
        (waitedFor, waiting) = ([], []);
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind is not JsonValueKind.Object) return false;
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind is not JsonValueKind.Array || property.Value.EnumerateArray().Any(static each => each.ValueKind is not JsonValueKind.String)) return false;
                waiting.Add(property.Name);
                waitedFor.AddRange(property.Value.EnumerateArray().Select(static each => each.GetString()!));
            }
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;       // the latter: half a surrogate pair has no text
        }
    }
}
