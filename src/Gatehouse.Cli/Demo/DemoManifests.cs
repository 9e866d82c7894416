using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.CloudRun.Lint;
using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Manifests;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.Cli.Demo;

/// <summary>The manifest of the incident, and what the linter makes of it.</summary>
internal static class DemoManifests
{
    public const string File = "yesterday.yaml";

    public static string Yesterday { get; } = Read();

    public static IReadOnlyList<Finding> Findings { get; } = Linter.Lint(Yesterday, File);

    /// <summary>What <c>gatehouse lint --fix</c> writes.</summary>
    public static string Mended { get; } = Fixer.Fix(Yesterday, File).Text;

    /// <summary>The service that a manifest describes, with another name and with what it is told of the world.</summary>
    public static Service Service(string yaml, string name, IReadOnlyDictionary<string, string> environment)
    {
        var json = Manifest.Parse(yaml, File).Documents[0].ToJson()!;
        // The platform refuses these two; what can have run is the rest.
        if (json["metadata"]?["annotations"] is JsonObject top) top.Remove("run.googleapis.com/sessionAffinity");
        if (json["spec"]!["template"]!["metadata"]?["annotations"] is JsonObject inner) inner.Remove("run.googleapis.com/timeout");
        var service = json.Deserialize(ResourceJson.Default.Service)!;
        var container = service.Spec.Template.Spec.Containers[0] with
        {
            Image = name,
            Env = [.. environment.Select(static each => new EnvVar { Name = each.Key, Value = each.Value })],
        };
        var template = service.Spec.Template with { Spec = service.Spec.Template.Spec with { Containers = [container] } };
        return service with { Metadata = service.Metadata with { Name = name }, Spec = service.Spec with { Template = template } };
    }

    private static string Read()
    {
        using var stream = typeof(DemoManifests).Assembly.GetManifestResourceStream(File)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
