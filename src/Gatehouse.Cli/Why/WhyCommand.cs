using System.CommandLine;
using Gatehouse.Cli.Api;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Why;

/// <summary><c>gatehouse why [url]</c>: asks a server, or a saved case, why it is not well.</summary>
internal static class WhyCommand
{
    private const string DefaultUrl = "http://localhost:8000";

    private const string Description = """
        Explain what is wrong with a server: from the symptom down to the deepest cause, with the evidence and what to do.

        With --case it explains a case that was saved before, and asks no server.

        Exit codes: 0 nothing is wrong, 1 no server or no case to read, 2 something is wrong and explained, 3 something is wrong and the
        evidence does not reach a cause.
        """;

    public static Command Create(Terminal terminal)
    {
        var url = new Argument<string>("url") { Description = "The server (http, https, ws, wss or host:port).", DefaultValueFactory = _ => DefaultUrl };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var markdown = new Option<bool>("--markdown") { Description = "Print a post-mortem in Markdown." };
        var mermaid = new Option<bool>("--mermaid") { Description = "Print the chain of causes as a Mermaid flowchart." };
        var read = new Option<string?>("--case") { Description = "Explain the case in this file.", HelpName = "file" };
        var save = new Option<string?>("--save") { Description = "Keep the server's case in this file, to explain it again later.", HelpName = "file" };
        var command = new Command("why", Description) { url, json, markdown, mermaid, read, save };
        command.Validators.Add(result =>
        {
            if (new[] { json, markdown, mermaid }.Count(result.GetValue) > 1) result.AddError("--json, --markdown and --mermaid exclude each other.");
            var fromFile = result.GetValue(read) is not null;
            if (fromFile && result.GetValue(save) is not null) result.AddError("--save keeps the case of a server; with --case there is none to keep.");
            if (fromFile && result.GetResult(url) is { Tokens.Count: > 0 }) result.AddError("--case asks no server: leave out the address.");
            if (result.GetValue(url) is { } given && !ServerBase.TryParse(given, out _)) result.AddError($"the url is not an address: expected something like {DefaultUrl}");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var form = parsed.GetValue(json) ? Form.Json : parsed.GetValue(markdown) ? Form.Markdown : parsed.GetValue(mermaid) ? Form.Mermaid : Form.Text;
            return ExecuteAsync(terminal, form, cancellation => parsed.GetValue(read) is { } file
                ? CaseFile.ExplainAsync(file, form, cancellation)
                : AskAsync(parsed.GetValue(url)!, form, parsed.GetValue(save), cancellation), cancellationToken);
        });
        return command;
    }

    private static async Task<int> ExecuteAsync(
        Terminal terminal, Form form, Func<CancellationToken, Task<Explanation>> explain, CancellationToken cancellationToken)
    {
        try
        {
            var explanation = await explain(cancellationToken);
            terminal.Write(explanation.As(form, terminal));
            terminal.EndLine();
            return explanation.Report.Verdict switch
            {
                Verdict.Healthy => ExitCode.Done,
                Verdict.InsufficientEvidence => ExitCode.Unexplained,
                _ => ExitCode.NotWell,
            };
        }
        catch (NoAnswerException exception)
        {
            terminal.Fail(exception.Message);
            return ExitCode.NoServer;
        }
    }

    private static async Task<Explanation> AskAsync(string url, Form form, string? save, CancellationToken cancellationToken)
    {
        if (!ServerBase.TryParse(url, out var address)) throw new NoAnswerException("the url is not an address");
        using var api = new ServerApi(address);
        var server = new WhyServer(api);
        return save is null ? await server.ExplainAsync(form, cancellationToken) : await CaseFile.SaveAsync(save, await server.CaseAsync(cancellationToken), form, cancellationToken);
    }
}
