namespace Gatehouse.LocalRun.Api;

/// <summary>
/// What a path of the API means:
/// <c>/apis/serving.knative.dev/v1/namespaces/{project}/{collection}[/{name}[:verb]]</c>, or its twin <c>/v1/projects/{project}/locations/{location}/…</c>.
/// </summary>
internal sealed record ApiPath(string? Group, string Project, string Collection, string? Name, string? Verb)
{
    public static ApiPath? Read(string path) => path.Trim('/').Split('/') switch
    {
        ["apis", var group, "v1", "namespaces", var project, .. var rest] => Of(group, project, rest),
        ["v1", "projects", var project, "locations", _, .. var rest] => Of(null, project, rest),
        _ => null,
    };

    private static ApiPath? Of(string? group, string project, string[] rest) => rest switch
    {
        [{ Length: > 0 } collection] => new(group, project, collection, null, null),
        [{ Length: > 0 } collection, { Length: > 0 } name] when name.Split(':') is [var bare, var verb] => new(group, project, collection, bare, verb),
        [{ Length: > 0 } collection, { Length: > 0 } name] => new(group, project, collection, name, null),
        _ => null,
    };
}
