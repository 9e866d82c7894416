using System.Globalization;
using System.Text.Json;
using Gatehouse.Operations;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Admission;

/// <summary>A refusal as a problem document (RFC 9457).</summary>
internal static class RefusalResponse
{
    public static async Task WriteAsync(HttpContext context, Refusal refusal)
    {
        var response = context.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        // With the version, since that may be what was wrong (RFC 6455 §4.4).
        if (refusal.Status is StatusCodes.Status426UpgradeRequired)
            (response.Headers.Upgrade, response.Headers.Connection, response.Headers.SecWebSocketVersion) = ("websocket", "Upgrade", "13");
        // Spread, so that those who are sent away together do not come back together.
        if (refusal.RetryAfter is var (from, to))
            response.Headers.RetryAfter = Random.Shared.Next(from, to + 1).ToString(CultureInfo.InvariantCulture);
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("title", refusal.Title);
        json.WriteNumber("status", refusal.Status);
        json.WriteString("detail", refusal.Detail);
        json.WriteString("reason", MetricLabel.Of(refusal.Reason.ToString()));
        if (refusal.Node is { } node) json.WriteString("node", node);
        json.WriteEndObject();
    }
}
