using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Operations.Incidents;

/// <summary><c>/api/incidents</c>: all of them, newest first, and each with its case, its five whys and its post-mortem.</summary>
internal static class IncidentEndpoints
{
    private const int MostAtOnce = 100;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/incidents", ListAsync);
        endpoints.MapGet("/api/incidents/{id}", OneAsync);
    }

    private static async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!TryLimit(query["limit"], out var limit))
        {
            await ApiAnswer.ProblemAsync(context, StatusCodes.Status400BadRequest, $"limit is '{query["limit"]}'; it must be a number from 1 to {MostAtOnce}.");
            return;
        }
        if (!TryBefore(query["before"], out var before))
        {
            await ApiAnswer.ProblemAsync(context, StatusCodes.Status400BadRequest, $"before is '{query["before"]}'; it must be a time such as 2026-01-02T03:04:05Z.");
            return;
        }
        var journal = context.RequestServices.GetRequiredService<IncidentJournal>();
        var found = await journal.ReadAsync(before, limit + 1, context.RequestAborted);
        var incidents = found.Take(limit).Select(static incident => incident with { Case = null }).ToList();
        await ApiAnswer.JsonAsync(context, IncidentJson.WriteUtf8(new IncidentList(incidents, found.Count > limit ? incidents[^1].OpenedAt : null)));
    }

    private static async Task OneAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var journal = context.RequestServices.GetRequiredService<IncidentJournal>();
        Incident? incident;
        try
        {
            incident = await journal.FindAsync(id, context.RequestAborted);
        }
        catch (Exception away) when (away.IsOutage())
        {
            await ApiAnswer.ProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "The store cannot be read now.");
            return;
        }
        if (incident is null)
        {
            await ApiAnswer.ProblemAsync(context, StatusCodes.Status404NotFound, $"There is no incident '{id}'.");
            return;
        }
        switch ((string?)context.Request.Query["form"] ?? "json")
        {
            case "json":
                await ApiAnswer.JsonAsync(context, IncidentJson.WriteUtf8(incident));
                break;
            case "markdown":
                var earlier = await journal.ReadAsync(incident.OpenedAt, MostAtOnce, context.RequestAborted);
                await ApiAnswer.MarkdownAsync(context, IncidentStory.Write(incident, earlier));
                break;
            case var form:
                await ApiAnswer.ProblemAsync(context, StatusCodes.Status400BadRequest, $"form is '{form}'; it must be json or markdown.");
                break;
        }
    }

    private static bool TryLimit(string? text, out int limit)
    {
        limit = 20;
        return text is null || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostAtOnce;
    }

    private static bool TryBefore(string? text, out DateTimeOffset? before)
    {
        before = null;
        if (text is null) return true;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return false;
        before = at;
        return true;
    }
}
