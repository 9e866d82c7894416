using Microsoft.AspNetCore.Http;

namespace Gatehouse.LocalRun.Api;

/// <summary>The API on the ingress's port: what comes to a bare <c>localhost</c> under its paths.</summary>
internal sealed class ApiDoor(string project, ServingApi serving, JobsApi jobs)
{
    public bool Serves(HttpContext context) =>
        context.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]" or "::1"
        && (context.Request.Path.StartsWithSegments("/apis") || context.Request.Path.StartsWithSegments("/v1"));

    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            if (ApiPath.Read(context.Request.Path.Value ?? "") is not { } path) throw new ApiException(404, "NOT_FOUND", $"There is nothing at '{context.Request.Path}'.");
            if (path.Project != project) throw new ApiException(404, "NOT_FOUND", $"There is no project '{path.Project}' here; this one is '{project}'.");
            await (JobsApi.Serves(path) ? jobs.AnswerAsync(context, path) : serving.AnswerAsync(context, path));
        }
        catch (ApiException error)
        {
            await ApiAnswer.WriteAsync(context, error);
        }
    }
}
