using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Operations;

/// <summary>How the API answers: of this moment, not to be kept; what is wrong with a question as a problem document (RFC 9457).</summary>
internal static class ApiAnswer
{
    public static Task JsonAsync(HttpContext context, byte[] body) => WriteAsync(context, "application/json", body);

    public static Task TextAsync(HttpContext context, string text) => WriteAsync(context, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    public static Task MarkdownAsync(HttpContext context, string text) => WriteAsync(context, "text/markdown; charset=utf-8", Encoding.UTF8.GetBytes(text));

    /// <param name="detail">What is wrong, and what would be right.</param>
    public static Task ProblemAsync(HttpContext context, int status, string detail)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteEndObject();
        }
        context.Response.StatusCode = status;
        return WriteAsync(context, "application/problem+json", buffer.WrittenSpan.ToArray());
    }

    private static Task WriteAsync(HttpContext context, string type, byte[] body)
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
