using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Operations.Status;

/// <summary>
/// <c>/api/status</c>: all that the status page shows; <c>/api/status/live</c>: the same as server-sent events, within a second of a change
/// and every five seconds at least.
/// </summary>
internal static class StatusEndpoints
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private const int LooksBetween = 5;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/status", OnceAsync);
        endpoints.MapGet("/api/status/live", LiveAsync).DisableHttpMetrics();      // they last
    }

    private static async Task OnceAsync(HttpContext context) =>
        await ApiAnswer.JsonAsync(context, await context.RequestServices.GetRequiredService<StatusTaker>().TakeAsync(context.RequestAborted));

    private static async Task LiveAsync(HttpContext context)
    {
        var views = context.RequestServices.GetRequiredService<LiveViews>();
        if (!views.TryEnter())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "30";
            return;
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, views.Ended);
        try
        {
            await SendAsync(context, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // Who looked has gone, or the server goes.
        }
        finally
        {
            views.Leave();
        }
    }

    private static async Task SendAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (services, response) = (context.RequestServices, context.Response);
        var (status, changes) = (services.GetRequiredService<StatusTaker>(), services.GetRequiredService<StatusChanges>());
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        using var timer = new PeriodicTimer(Look, services.GetRequiredService<TimeProvider>());
        for (var (looks, seen) = (0, changes.Version); ; looks++)
        {
            if (looks % LooksBetween == 0 || seen != changes.Version)
            {
                (looks, seen) = (0, changes.Version);
                await response.WriteAsync("data: ", cancellationToken);
                await response.Body.WriteAsync(await status.TakeAsync(cancellationToken), cancellationToken);
                await response.WriteAsync("\n\n", cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
