using Gatehouse.Diagnosis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Operations.Why;

/// <summary><c>/api/why</c>: the diagnosis of this instance, in every form; <c>/api/case</c>: what it was made from.</summary>
internal static class WhyEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/why", WhyAsync);
        endpoints.MapGet("/api/case", CaseAsync);
    }

    private static async Task WhyAsync(HttpContext context)
    {
        var explanation = await ExplainAsync(context);
        await ((string?)context.Request.Query["form"] switch
        {
            null or "json" => ApiAnswer.JsonAsync(context, DiagnosisJson.WriteUtf8(explanation.Report)),
            "text" => ApiAnswer.TextAsync(context, DiagnosisText.Write(explanation.Report)),
            "mermaid" => ApiAnswer.TextAsync(context, DiagnosisMermaid.Flowchart(explanation.Report)),
            "markdown" => ApiAnswer.MarkdownAsync(context, PostMortem.Write(explanation.Report, explanation.Case)),
            var form => ApiAnswer.ProblemAsync(context, StatusCodes.Status400BadRequest, $"form is '{form}'; it must be json, text, mermaid or markdown."),
        });
    }

    private static async Task CaseAsync(HttpContext context) => await ApiAnswer.JsonAsync(context, DiagnosisJson.WriteUtf8((await ExplainAsync(context)).Case));

    private static Task<Explanation> ExplainAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<Diagnostician>().ExplainAsync(context.RequestAborted);
}
