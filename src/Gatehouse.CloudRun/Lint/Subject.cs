using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Manifests;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Lint;

/// <summary>The kinds of resource that are looked into.</summary>
internal enum SubjectKind
{
    Service,
    Job,
}

/// <summary>A resource that is looked into, its often-asked parts named.</summary>
internal sealed class Subject
{
    private Subject(SubjectKind kind, Spot resource, string text, LintSettings settings)
    {
        (Kind, Resource, Text, Settings) = (kind, resource, text, settings);
        Template = resource["spec"]["template"];
        Spec = kind is SubjectKind.Service ? Template["spec"] : Template["spec"]["template"]["spec"];
        Containers = [.. Spec["containers"].Items.Where(static container => container.Map is not null)];
        Targets = [.. resource["spec"]["traffic"].Items.Where(static target => target.Map is not null)];
    }

    public SubjectKind Kind { get; }

    public Spot Resource { get; }

    /// <summary>The whole file, for changes.</summary>
    public string Text { get; }

    public LintSettings Settings { get; }

    /// <summary>Of the revisions, or of the executions.</summary>
    public Spot Template { get; }

    /// <summary>What holds the containers.</summary>
    public Spot Spec { get; }

    public IReadOnlyList<Spot> Containers { get; }

    /// <summary>The entries of <c>spec.traffic</c>.</summary>
    public IReadOnlyList<Spot> Targets { get; }

    public string? Name => Resource["metadata"]["name"].Text;

    public bool IsService => Kind is SubjectKind.Service;

    public bool IsCloudRun => Settings.Target is LintTarget.CloudRun;

    public bool IsSocketService => IsService && Settings.HasSockets;

    /// <summary>The container that gets the requests: the one with a port, or the only one.</summary>
    public Spot? Ingress => Containers.FirstOrDefault(static container => container["ports"].Items.Any()) ?? (Containers is [var only] ? only : null);

    public Spot TemplateAnnotation(string key) => Template["metadata"]["annotations"][key];

    public Spot Annotation(string key) => Resource["metadata"]["annotations"][key];

    /// <summary>Null if it is none of ours to judge; then that has been said.</summary>
    public static Subject? Of(ManifestDocument document, string text, Findings findings)
    {
        var root = Spot.Root(document.Root);
        if (root.Map is null)
        {
            findings.Add(FileRules.NotAResource, root, "a resource is a map with apiVersion, kind, metadata and spec", "write the resource itself");
            return null;
        }
        var (version, kind) = (root["apiVersion"], root["kind"]);
        return (version.Text, kind.Text) switch
        {
            (ApiVersions.Serving, "Service") => new(SubjectKind.Service, root, text, findings.Settings),
            (ApiVersions.Jobs, "Job") => new(SubjectKind.Job, root, text, findings.Settings),
            (null, _) or (_, null) => Missing(root, findings),
            ({ } v, "Service") when v.StartsWith("serving.knative.dev/", StringComparison.Ordinal) || v is ApiVersions.Jobs => Wrong(version, ApiVersions.Serving, findings),
            ({ } v, "Job") when v.StartsWith("run.googleapis.com/", StringComparison.Ordinal) || v is ApiVersions.Serving => Wrong(version, ApiVersions.Jobs, findings),
            _ => Other(version, kind, findings),
        };
    }

    private static Subject? Missing(Spot root, Findings findings)
    {
        var key = root["apiVersion"].Text is null ? "apiVersion" : "kind";
        findings.Add(FileRules.NotAResource, root[key], $"there is no {key}: nobody can tell what this is", "write 'apiVersion: serving.knative.dev/v1' and 'kind: Service', or 'run.googleapis.com/v1' and 'Job'");
        return null;
    }

    private static Subject? Wrong(Spot version, string right, Findings findings)
    {
        findings.Add(FileRules.WrongVersion, version, $"'{Shown.Of(version.Text!)}' is not the version that this kind has", $"write 'apiVersion: {right}'");
        return null;
    }

    private static Subject? Other(Spot version, Spot kind, Findings findings)
    {
        if (IsNearlyOurs(version.Text!, kind.Text!.Trim().TrimEnd('s', 'S')))
        {
            findings.Add(FileRules.WrongVersion, kind, $"'{Shown.Of(kind.Text!)}' of '{Shown.Of(version.Text!)}' is no resource, and nearly one of Cloud Run's: nothing of it was read",
                $"write 'apiVersion: {ApiVersions.Serving}' and 'kind: Service', or '{ApiVersions.Jobs}' and 'Job'");
            return null;
        }
        findings.Add(FileRules.OtherKind, kind, $"'{Shown.Of(kind.Text!)}' of this version is not a Cloud Run or Knative Service or Job: skipped", "nothing to do");
        return null;
    }

    // Kubernetes has a Service of v1 and a Job of batch/v1, which are none of ours.
    private static bool IsNearlyOurs(string version, string kind) =>
        (kind.Equals("Service", StringComparison.OrdinalIgnoreCase) || kind.Equals("Job", StringComparison.OrdinalIgnoreCase))
        && (version.Contains("knativ", StringComparison.OrdinalIgnoreCase) || version.Contains("run.google", StringComparison.OrdinalIgnoreCase));
}
