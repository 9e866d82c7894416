using System.Text;
using Gatehouse.Diagnosis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Operations.Why;

/// <summary><c>/api/why</c>: the diagnosis of this instance, in every form; <c>/api/case</c>: what it was made from.</summary>
internal static class WhyEndpoints
{
    private const string Text = "text/plain; charset=utf-8";
    private const string Markdown = "text/markdown; charset=utf-8";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/why", WhyAsync);
        endpoints.MapGet("/api/case", CaseAsync);
    }

    private static async Task WhyAsync(HttpContext context)
    {
        var form = (string?)context.Request.Query["form"] ?? "json";
        var explanation = await context.RequestServices.GetRequiredService<Diagnostician>().ExplainAsync(context.RequestAborted);
        if (Written(explanation, form) is not var (type, text))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await AnswerAsync(context, "application/problem+json", Problem.Write(400, $"form is '{form}'; it must be json, text, mermaid or markdown."));
            return;
        }
        await AnswerAsync(context, type, text);
    }

    private static async Task CaseAsync(HttpContext context)
    {
        var explanation = await context.RequestServices.GetRequiredService<Diagnostician>().ExplainAsync(context.RequestAborted);
        await AnswerAsync(context, "application/json", DiagnosisJson.WriteUtf8(explanation.Case));
    }

    private static (string Type, byte[] Body)? Written(Explanation explanation, string form) => form switch
    {
        "json" => ("application/json", DiagnosisJson.WriteUtf8(explanation.Report)),
        "text" => (Text, Encoding.UTF8.GetBytes(DiagnosisText.Write(explanation.Report))),
        "mermaid" => (Text, Encoding.UTF8.GetBytes(DiagnosisMermaid.Flowchart(explanation.Report))),
        "markdown" => (Markdown, Encoding.UTF8.GetBytes(PostMortem.Write(explanation.Report, explanation.Case))),
        _ => null,
    };

    private static Task AnswerAsync(HttpContext context, string type, byte[] body)
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
