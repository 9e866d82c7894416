using static Gatehouse.CloudRun.Lint.Shapes.Keys;

namespace Gatehouse.CloudRun.Lint.Shapes;

/// <summary>A container and what is in it (the API's reference, v1).</summary>
internal static class ContainerShape
{
    private const string NoHost = "leave it out: a probe asks the container itself";

    private static readonly Shape Header = new("a header", ("name", Required(Text)), ("value", Text));

    private static readonly Shape HttpGet = new("httpGet",
        ("path", Text), ("port", Port), ("httpHeaders", Maps(Header)), ("host", Not(NoHost)), ("scheme", Not("leave it out: the container is asked in clear text")));

    private static readonly Shape TcpSocket = new("tcpSocket", ("port", Port), ("host", Not(NoHost)));

    private static readonly Shape Grpc = new("grpc", ("port", Port), ("service", Text));

    // Ranges that differ between the probes are the probe checks' own.
    internal static readonly Shape Probe = new("a probe",
        ("httpGet", Map(HttpGet)), ("tcpSocket", Map(TcpSocket)), ("grpc", Map(Grpc)), ("exec", Not("ask by httpGet or grpc")),
        ("initialDelaySeconds", Whole(0)), ("periodSeconds", Whole(0)), ("timeoutSeconds", Whole(0)), ("failureThreshold", Whole(1)), ("successThreshold", Whole(1)));

    private static readonly Shape SecretKey = new("secretKeyRef", ("name", Required(Text)), ("key", Required(Text)), ("optional", Truth), ("localObjectReference", Any));

    private static readonly Shape ValueFrom = new("valueFrom", ("secretKeyRef", Map(SecretKey)), ("configMapKeyRef", Not("use secretKeyRef, or write the value")),
        ("fieldRef", Not("use secretKeyRef, or write the value")), ("resourceFieldRef", Not("use secretKeyRef, or write the value")));

    private static readonly Shape Variable = new("a variable of env", ("name", Required(Text)), ("value", Text), ("valueFrom", Map(ValueFrom)));

    private static readonly Shape ContainerPort = new("a port", ("name", OneOf("http1", "h2c")), ("containerPort", Port), ("protocol", OneOf("TCP")));

    private static readonly Shape Resources = new("resources", ("limits", Any), ("requests", Any), ("claims", Not("ask for cpu, memory or nvidia.com/gpu in limits")));

    private static readonly Shape Mount = new("a volumeMount", ("name", Required(Text)), ("mountPath", Required(Text)), ("readOnly", Truth), ("subPath", Text));

    public static readonly Shape Container = new("a container",
        ("name", Text), ("image", Required(Text)), ("command", Texts), ("args", Texts), ("workingDir", Text), ("env", Maps(Variable)), ("ports", Maps(ContainerPort)),
        ("resources", Map(Resources)), ("startupProbe", Map(Probe)), ("livenessProbe", Map(Probe)), ("readinessProbe", Map(Probe)), ("volumeMounts", Maps(Mount)),
        ("imagePullPolicy", OneOf("Always", "Never", "IfNotPresent")), ("terminationMessagePath", Text), ("terminationMessagePolicy", Text), ("sandboxLauncher", Truth),
        ("envFrom", Not("write the variables one by one in env; secrets with valueFrom.secretKeyRef")),
        ("securityContext", Not("leave it out: give the image its user")),
        ("lifecycle", Not("leave it out: end in order on SIGTERM, within 10 s")),
        ("stdin", Not("leave it out")), ("tty", Not("leave it out")), ("restartPolicy", Not("leave it out")));

    private static readonly Shape Item = new("an item", ("key", Text), ("path", Text), ("mode", Any));

    private static readonly Shape Secret = new("secret", ("secretName", Text), ("items", Maps(Item)), ("defaultMode", Any), ("optional", Not("leave it out")));

    public static readonly Shape Volume = new("a volume",
        ("name", Required(Text)), ("secret", Map(Secret)), ("emptyDir", Map(new("emptyDir", ("medium", Text), ("sizeLimit", Any)))),
        ("csi", Map(new("csi", ("driver", Text), ("readOnly", Truth), ("volumeAttributes", TextMap)))),
        ("nfs", Map(new("nfs", ("server", Text), ("path", Text), ("readOnly", Truth)))),
        ("configMap", Not("mount a secret, or build the file into the image")), ("hostPath", Not("use emptyDir")), ("persistentVolumeClaim", Not("use nfs or csi")),
        ("projected", Not("use secret")));
}
