using static Gatehouse.CloudRun.Lint.Shapes.Keys;

namespace Gatehouse.CloudRun.Lint.Shapes;

/// <summary>A service and a job as a whole (the API's reference, v1).</summary>
internal static class ResourceShape
{
    private const string PodOnly = "leave it out: Cloud Run knows no pods";

    private static readonly (string, ShapeKey)[] Meta =
    [
        ("name", Text), ("namespace", Any), ("labels", Any), ("annotations", Any), ("resourceVersion", Any),
        ("generation", Output), ("uid", Output), ("selfLink", Output), ("creationTimestamp", Output), ("deletionTimestamp", Output), ("managedFields", Output),
        ("clusterName", Not("leave it out")), ("deletionGracePeriodSeconds", Not("leave it out")), ("finalizers", Not("leave it out")), ("ownerReferences", Not("leave it out")),
    ];

    private static readonly Shape Metadata = new("metadata", [.. Meta, ("generateName", Text)]);

    private static readonly Shape NamedMetadata = new("metadata", [.. Meta.Select(static each => each.Item1 is "name" ? ("name", Required(Text)) : each), ("generateName", Text)]);

    // What a pod of Kubernetes has and a revision has not.
    private static readonly (string, ShapeKey)[] OfPods =
    [
        .. new[] { "affinity", "dnsConfig", "dnsPolicy", "hostAliases", "hostNetwork", "initContainers", "priorityClassName", "restartPolicy", "schedulerName", "securityContext",
            "terminationGracePeriodSeconds", "tolerations", "topologySpreadConstraints", "automountServiceAccountToken" }.Select(static key => (key, Not(PodOnly))),
    ];

    private static readonly Shape Revision = new("spec.template.spec",
    [
        ("containers", Required(Maps(ContainerShape.Container))), ("volumes", Maps(ContainerShape.Volume)), ("containerConcurrency", Whole(0, 1_000)),
        ("timeoutSeconds", Whole(1, 3_600) with { MostOnKnative = int.MaxValue }), ("serviceAccountName", Text), ("nodeSelector", TextMap), ("runtimeClassName", Text),
        ("enableServiceLinks", Not("leave it out")), ("imagePullSecrets", Not("let the service's agent read the registry")),
        ("responseStartTimeoutSeconds", Not("only timeoutSeconds is known here")), ("idleTimeoutSeconds", Not("only timeoutSeconds is known here")), .. OfPods,
    ]);

    private static readonly Shape Target = new("an entry of spec.traffic",
        ("revisionName", Text), ("latestRevision", Truth), ("percent", Whole(0, 100)), ("tag", Text), ("url", Any), ("configurationName", Not("name the revision")));

    public static readonly Shape Service = new("a Service",
        ("apiVersion", Text), ("kind", Text), ("metadata", Required(Map(NamedMetadata))), ("status", Output),
        ("spec", Required(Map(new("spec",
            ("template", Required(Map(new("spec.template", ("metadata", Map(Metadata)), ("spec", Required(Map(Revision))))))), ("traffic", Maps(Target)))))));

    private static readonly Shape Task = new("spec.template.spec.template.spec",
    [
        ("containers", Required(Maps(ContainerShape.Container))), ("volumes", Maps(ContainerShape.Volume)), ("maxRetries", Whole(0)),
        ("timeoutSeconds", new ShapeKey(Form.WholeOrText) { Least = 1 }), ("serviceAccountName", Text), ("nodeSelector", TextMap), .. OfPods,
    ]);

    private static readonly Shape Execution = new("spec.template.spec",
        ("taskCount", Whole(1)), ("parallelism", Whole(0)), ("delayExecution", Truth),
        ("template", Required(Map(new("spec.template.spec.template", ("metadata", Map(Metadata)), ("spec", Required(Map(Task))))))));

    public static readonly Shape Job = new("a Job",
        ("apiVersion", Text), ("kind", Text), ("metadata", Required(Map(NamedMetadata))), ("status", Output),
        ("spec", Required(Map(new("spec", ("startExecutionToken", Text), ("runExecutionToken", Text),
            ("template", Required(Map(new("spec.template", ("metadata", Map(Metadata)), ("spec", Required(Map(Execution))))))))))));

    /// <summary>Where in a resource each key belongs, the place nearest to the root first.</summary>
    public static IReadOnlyDictionary<string, string> HomesIn(Shape resource) => ReferenceEquals(resource, Job) ? JobHomes : ServiceHomes;

    private static readonly Dictionary<string, string> ServiceHomes = Homes(Service);
    private static readonly Dictionary<string, string> JobHomes = Homes(Job);

    private static Dictionary<string, string> Homes(Shape root)
    {
        var (homes, queue) = (new Dictionary<string, string>(StringComparer.Ordinal), new Queue<(Shape Shape, string Path)>([(root, "")]));
        while (queue.TryDequeue(out var next))
        {
            foreach (var (key, value) in next.Shape.Keys.Where(static each => each.Value is { IsOutput: false, Instead: null }).OrderBy(static each => each.Key, StringComparer.Ordinal))
            {
                var path = next.Path.Length is 0 ? key : $"{next.Path}.{key}";
                homes.TryAdd(key, next.Path.Length is 0 ? "the top level" : next.Path);
                if (value.Shape is { } shape) queue.Enqueue((shape, value.Form is Form.Maps ? $"{path}[]" : path));
            }
        }
        return homes;
    }
}
