using System.Text;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Jobs;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.LocalRun.Api;

/// <summary>Jobs, executions and tasks over HTTP, as Cloud Run's v1 API has them. Knative has none.</summary>
internal sealed class JobsApi(JobRegistry jobs)
{
    public static bool Serves(ApiPath path) => path.Collection is "jobs" or "executions" or "tasks";

    public Task AnswerAsync(HttpContext context, ApiPath path) => (path.Collection, path.Name, path.Verb, context.Request.Method) switch
    {
        ("jobs", null, null, "GET") => Listing.WriteAsync(context, "JobList", jobs.List(), ResourceJson.Default.ResourceListJob),
        ("jobs", null, null, "POST") => CreateAsync(context),
        ("jobs", { } name, null, "GET") => ApiAnswer.WriteAsync(context, jobs.Get(name), ResourceJson.Default.Job),
        ("jobs", { } name, null, "PUT") => ReplaceAsync(context, name),
        ("jobs", { } name, null, "DELETE") => DeleteAsync(context, jobs.Delete, name),
        ("jobs", { } name, "run", "POST") => RunAsync(context, name),
        ("executions", null, null, "GET") => Listing.WriteAsync(context, "ExecutionList", jobs.Executions(), ResourceJson.Default.ResourceListExecution),
        ("executions", { } name, null, "GET") => ApiAnswer.WriteAsync(context, jobs.Execution(name), ResourceJson.Default.Execution),
        ("executions", { } name, null, "DELETE") => DeleteAsync(context, jobs.DeleteExecution, name),
        ("executions", { } name, "cancel", "POST") => ApiAnswer.WriteAsync(context, jobs.Cancel(name), ResourceJson.Default.Execution),
        ("tasks", null, null, "GET") => TasksAsync(context),
        (_, _, _, var method) => throw new ApiException(405, "UNIMPLEMENTED", $"There is no {method} of {path.Collection}{(path.Verb is { } verb ? $":{verb}" : "")} here."),
    };

    private async Task CreateAsync(HttpContext context) =>
        await ApiAnswer.WriteAsync(context, jobs.Create(await ApiAnswer.ReadAsync(context, ResourceJson.Default.Job)), ResourceJson.Default.Job);

    private async Task ReplaceAsync(HttpContext context, string name) =>
        await ApiAnswer.WriteAsync(context, jobs.Replace(name, await ApiAnswer.ReadAsync(context, ResourceJson.Default.Job)), ResourceJson.Default.Job);

    private async Task RunAsync(HttpContext context, string name)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        await ApiAnswer.WriteAsync(context, jobs.Run(name, await reader.ReadToEndAsync(context.RequestAborted)), ResourceJson.Default.Execution);
    }

    private static Task DeleteAsync(HttpContext context, Action<string> delete, string name)
    {
        delete(name);
        return ApiAnswer.WriteDeletedAsync(context);
    }

    private Task TasksAsync(HttpContext context)
    {
        var tasks = jobs.Tasks(LabelSelector.Parse(context.Request.Query["labelSelector"]));
        context.Response.ContentType = "application/json; charset=UTF-8";
        return context.Response.WriteAsync(tasks.ToJsonString(), context.RequestAborted);
    }
}
