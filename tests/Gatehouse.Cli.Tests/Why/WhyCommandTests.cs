using System.Net;
using System.Net.Sockets;
using Gatehouse.Cli.Why;
using Gatehouse.Diagnosis;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Cli.Tests.Why;

public sealed class WhyCommandTests : IDisposable
{
    private static readonly Case Healthy = new() { At = new(2026, 10, 14, 9, 0, 0, TimeSpan.Zero) };
    private static readonly Case Unexplained = Healthy with { Symptom = new() { Kind = SymptomKind.TurnFailed, Text = "no answers" } };
    private static readonly string Incident = Path.Combine(Root(), "docs/examples/incident-2026-10-14.json");

    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("gatehouse-why").FullName;

    private static Case Ill => DiagnosisJson.ReadCase(File.ReadAllText(Incident));

    private static DiagnosisReport Report => FiveWhys.Explain(Ill);

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        _out.Dispose();
        _error.Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_is_ill_is_explained_and_ends_with_two()
    {
        await using var server = await WhyHost.StartAsync(Ill);
        Assert.Equal(2, await WhyAsync(server.Address.ToString()));
        Assert.Equal(DiagnosisText.Write(Report), _out.ToString());
        Assert.Equal("", _error.ToString());
        Assert.Equal(["/api/why"], server.Asked);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_same_address_as_for_a_chat_will_do()
    {
        await using var server = await WhyHost.StartAsync(Healthy);
        Assert.Equal(0, await WhyAsync($"ws://user:secret@{server.Address.Authority}/ws?token=secret"));
        Assert.Equal(0, await WhyAsync(server.Address.Authority));
        Assert.Equal(["/api/why", "/api/why"], server.Asked);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_is_well_ends_with_nought_and_one_that_nobody_can_explain_with_three()
    {
        await using var well = await WhyHost.StartAsync(Healthy);
        Assert.Equal(0, await WhyAsync(well.Address.ToString()));
        Assert.StartsWith("HEALTHY", _out.ToString());
        await using var ill = await WhyHost.StartAsync(Unexplained);
        Assert.Equal(3, await WhyAsync(ill.Address.ToString()));
    }

    [Fact(Timeout = 30_000)]
    public async Task Other_forms_are_printed_alone()
    {
        await using var server = await WhyHost.StartAsync(Ill);
        var address = server.Address.ToString();
        Assert.Equal((2, $"{DiagnosisJson.Write(Report)}\n"), (await WhyAsync(address, "--json"), Printed()));
        Assert.Equal((2, DiagnosisMermaid.Flowchart(Report)), (await WhyAsync(address, "--mermaid"), Printed()));
        Assert.Equal((2, WhyHost.PostMortem), (await WhyAsync(address, "--markdown"), Printed()));
    }

    [Fact(Timeout = 30_000)]
    public async Task On_a_terminal_it_has_colour_and_the_terminal_s_width()
    {
        await using var server = await WhyHost.StartAsync(Ill);
        var terminal = new Terminal(TextReader.Null, _out, _error) { HasStyle = true, Width = 60 };
        Assert.Equal(2, await WhyCommand.Create(terminal).Parse([server.Address.ToString()]).InvokeAsync());
        Assert.Equal(DiagnosisText.Write(Report, 60, hasStyle: true), _out.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_case_is_saved_and_explained_again_without_a_server()
    {
        var file = Path.Combine(_directory, "case.json");
        await using (var server = await WhyHost.StartAsync(Ill))
        {
            Assert.Equal(2, await WhyAsync(server.Address.ToString(), "--save", file));
            Assert.Equal(["/api/case"], server.Asked);
        }
        var first = Printed();
        Assert.Equal((2, first), (await WhyAsync("--case", file), Printed()));
        Assert.Equal((2, PostMortem.Write(Report, Ill)), (await WhyAsync("--case", file, "--markdown"), Printed()));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_is_not_there_is_one_line_and_one()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Assert.Equal(1, await WhyAsync($"http://user:secret@localhost:{port}"));
        Assert.Equal($"gatehouse: cannot read http://localhost:{port}/api/why: connection refused\n", _error.ToString());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(404, "", "answers 404 NotFound: there is no Gatehouse at this address, or one that does not explain itself")]
    [InlineData(403, "", "answers 403 Forbidden: it does not explain itself to everybody")]
    [InlineData(503, "", "answers 503 ServiceUnavailable")]
    [InlineData(200, "<html>", "is not a report:")]
    [InlineData(200, "{}", "is not a report:")]
    public async Task A_server_that_does_not_explain_itself_is_one_line_and_one(int status, string body, string said)
    {
        await using var server = await WhyHost.StartAsync(Ill, async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
            return true;
        });
        Assert.Equal(1, await WhyAsync(server.Address.ToString()));
        Assert.Contains(said, _error.ToString());
        Assert.Contains($"{server.Address}api/why", _error.ToString());
        Assert.Single(_error.ToString().TrimEnd('\n').Split('\n'));
        Assert.Equal("", _out.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_cannot_be_read_is_one_line_and_one()
    {
        Assert.Equal(1, await WhyAsync("--case", Path.Combine(_directory, "none.json")));
        Assert.Contains("gatehouse: cannot read ", _error.ToString());
        var file = Path.Combine(_directory, "other.json");
        await File.WriteAllTextAsync(file, """{"at":"yesterday"}""");
        Assert.Equal(1, await WhyAsync("--case", file));
        Assert.Contains($"{file} is not a case: ", _error.ToString());
    }

    [Theory]
    [InlineData("--json", "--markdown")]
    [InlineData("--case", "a", "--save", "b")]
    [InlineData("localhost:1", "--case", "a")]
    [InlineData("ftp://localhost")]
    public async Task What_does_not_go_together_is_an_error(params string[] arguments) => Assert.Equal(1, await WhyAsync(arguments));

    private string Printed()
    {
        var printed = _out.ToString();
        _out.GetStringBuilder().Clear();
        return printed;
    }

    private Task<int> WhyAsync(params string[] arguments) =>
        WhyCommand.Create(new(TextReader.Null, _out, _error)).Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Gatehouse.slnx"))) directory = Path.GetDirectoryName(directory)!;
        return directory;
    }
}
