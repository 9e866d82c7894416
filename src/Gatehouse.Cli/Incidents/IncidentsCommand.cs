using System.CommandLine;
using Gatehouse.Cli.Api;

namespace Gatehouse.Cli.Incidents;

/// <summary><c>gatehouse incidents [url]</c>: what has happened to a service, and what was done about it.</summary>
internal static class IncidentsCommand
{
    private const string DefaultUrl = "http://localhost:8000";
    private const int DefaultLimit = 20;
    private const int MostAtOnce = 100;

    private const string Description = """
        List the incidents of a service, newest first; with --id tell one of them: what broke, why, what was done, and what to do.

        Exit codes: 0 none is open, 1 no server or no such incident, 2 one is open, 64 the command line is wrong.
        """;

    public static Command Create(Terminal terminal)
    {
        var url = new Argument<string>("url") { Description = "The server (http, https, ws, wss or host:port).", DefaultValueFactory = _ => DefaultUrl };
        var id = new Option<string?>("--id") { Description = "Tell this incident." };
        var limit = new Option<int>("--limit") { Description = $"How many to list, {MostAtOnce} at most.", DefaultValueFactory = _ => DefaultLimit };
        var json = new Option<bool>("--json") { Description = "Print what the server answers, as JSON." };
        var markdown = new Option<bool>("--markdown") { Description = "With --id: print its post-mortem in Markdown." };
        var command = new Command("incidents", Description) { url, id, limit, json, markdown };
        command.Validators.Add(result =>
        {
            if (result.GetResult(limit) is { Tokens.Count: > 0 } && result.GetValue(limit) is < 1 or > MostAtOnce) result.AddError($"--limit must be a number from 1 to {MostAtOnce}.");
            if (result.GetValue(id) is { } which && string.IsNullOrWhiteSpace(which)) result.AddError("--id is empty: say which incident, as the list shows it.");
            if (result.GetValue(markdown) && result.GetValue(id) is null) result.AddError("--markdown tells one incident: say which with --id.");
            if (result.GetValue(markdown) && result.GetValue(json)) result.AddError("--json and --markdown exclude each other.");
            if (result.GetValue(url) is { } given && !ServerBase.TryParse(given, out _)) result.AddError($"the url is not an address: expected something like {DefaultUrl}");
        });
        command.SetAction((parsed, cancellationToken) => ExecuteAsync(
            terminal, parsed.GetValue(url)!, new(parsed.GetValue(id), parsed.GetValue(limit), parsed.GetValue(json), parsed.GetValue(markdown)), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(Terminal terminal, string url, Wishes wishes, CancellationToken cancellationToken)
    {
        if (!ServerBase.TryParse(url, out var address)) return ExitCode.Usage;
        using var api = new ServerApi(address);
        try
        {
            return await (wishes.Id is { } id ? TellAsync(terminal, api, id, wishes, cancellationToken) : ListAsync(terminal, api, wishes, cancellationToken));
        }
        catch (NoAnswerException exception)
        {
            terminal.Fail(exception.Message);
            return ExitCode.NoServer;
        }
    }

    private static async Task<int> ListAsync(Terminal terminal, ServerApi api, Wishes wishes, CancellationToken cancellationToken)
    {
        var path = FormattableString.Invariant($"api/incidents?limit={wishes.Limit}");
        var answer = await api.GetAsync(path, cancellationToken);
        var incidents = api.Read(path, answer, "a list of incidents", IncidentRecord.ReadList);
        terminal.Write(wishes.Json ? answer : IncidentText.List(incidents));
        terminal.EndLine();
        return incidents.Any(incident => incident.IsOpen) ? ExitCode.NotWell : ExitCode.Done;
    }

    private static async Task<int> TellAsync(Terminal terminal, ServerApi api, string id, Wishes wishes, CancellationToken cancellationToken)
    {
        var path = $"api/incidents/{Uri.EscapeDataString(id)}";
        var answer = await api.GetAsync(path, cancellationToken);
        var incident = api.Read(path, answer, "an incident", IncidentRecord.Read);
        terminal.Write(wishes switch
        {
            { Json: true } => answer,
            { Markdown: true } => await api.GetAsync($"{path}?form=markdown", cancellationToken),
            _ => IncidentText.Tell(incident, terminal.Width, terminal.HasStyle),
        });
        terminal.EndLine();
        return incident.IsOpen ? ExitCode.NotWell : ExitCode.Done;
    }

    private sealed record Wishes(string? Id, int Limit, bool Json, bool Markdown);
}
