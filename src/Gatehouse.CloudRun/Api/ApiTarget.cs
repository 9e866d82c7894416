namespace Gatehouse.CloudRun.Api;

/// <summary>Where the API is, and what it offers.</summary>
/// <param name="Base">Scheme, host and port.</param>
/// <param name="Namespace">The project on Cloud Run, the namespace on Knative.</param>
/// <param name="HasJobs">Whether there is a Jobs API beside the Serving API.</param>
public sealed record ApiTarget(Uri Base, string Namespace, bool HasJobs)
{
    /// <summary>Cloud Run: the regional host, because only it has the Serving API.</summary>
    public static ApiTarget CloudRun(string region, string project) => new(new($"https://{region}-run.googleapis.com"), project, HasJobs: true);

    /// <summary>The local Cloud Run, which asks for no token.</summary>
    public static ApiTarget Local(Uri address, string project = "local") => new(address, project, HasJobs: true);

    /// <summary>A Knative cluster, as its API server or <c>kubectl proxy</c> gives it.</summary>
    public static ApiTarget Knative(Uri address, string @namespace = "default") => new(address, @namespace, HasJobs: false);

    internal Uri Services(string? name = null) => At($"apis/serving.knative.dev/v1/namespaces/{Namespace}/services", name);

    /// <summary>What is there whenever the project or namespace is: Kubernetes lists nothing, and no fault, for a namespace that there is not.</summary>
    internal Uri Place => HasJobs ? Services() : At($"api/v1/namespaces/{Namespace}", null);

    internal Uri Revisions(string? name = null) => At($"apis/serving.knative.dev/v1/namespaces/{Namespace}/revisions", name);

    internal Uri Jobs(string? name = null) => At($"apis/run.googleapis.com/v1/namespaces/{Namespace}/jobs", name);

    internal Uri Executions(string name) => At($"apis/run.googleapis.com/v1/namespaces/{Namespace}/executions", name);

    private Uri At(string path, string? name)
    {
        var root = Base.AbsoluteUri.TrimEnd('/');
        return new(name is null ? $"{root}/{path}" : $"{root}/{path}/{name}");
    }
}
