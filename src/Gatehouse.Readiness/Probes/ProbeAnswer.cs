using Microsoft.AspNetCore.Http;

namespace Gatehouse.Readiness;

/// <summary>A probe's answer, ready to be written as often as it is asked for.</summary>
internal sealed record ProbeAnswer(int Status, byte[] Body)
{
    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json";
        response.ContentLength = Body.Length;
        response.Headers.CacheControl = "no-store";
        return response.Body.WriteAsync(Body, 0, Body.Length, context.RequestAborted);
    }
}
