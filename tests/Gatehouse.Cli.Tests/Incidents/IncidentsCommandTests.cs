using Gatehouse.Cli.Incidents;
using Gatehouse.Cli.Why;

namespace Gatehouse.Cli.Tests.Incidents;

/// <summary><c>gatehouse incidents</c> and <c>gatehouse why</c> before a real server in which something breaks and is mended.</summary>
public sealed class IncidentsCommandTests : IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    [Fact(Timeout = 240_000)]
    public async Task An_incident_is_listed_told_and_over()
    {
        await using var server = ServerProcess.Launch(ServerSetup.Host("--World:File=world", "--Incidents:StabilitySeconds=1"));
        var world = Path.Combine(server.DataDirectory, "world");
        await File.WriteAllTextAsync(world, "up");
        await server.ReadyAsync();
        using var live = new StatusStream(server.Port);
        var address = $"localhost:{server.Port}";
        Assert.Equal((0, "There has been no incident.\n"), await RunAsync(address));

        await File.WriteAllTextAsync(world, "down");
        await live.UntilAsync(async _ => (await RunAsync(address)).Code == 2);
        var list = (await RunAsync(address)).Output;
        Assert.Contains("OPEN", list);
        var id = list.Split(' ')[0];
        var told = await RunAsync(address, "--id", id);
        Assert.Equal(2, told.Code);
        Assert.Contains("opened", told.Output);
        Assert.Contains("The instance is not ready any more: world.", told.Output);
        Assert.Contains("Why is world not well?", told.Output);
        Assert.Contains("Why is world not well?", (await WhyAsync(address)).Output);

        await File.WriteAllTextAsync(world, "up");
        await live.UntilAsync(async _ => (await RunAsync(address)).Code == 0);
        Assert.Contains("closed after", (await RunAsync(address)).Output);
        var postMortem = (await RunAsync(address, "--id", id, "--markdown")).Output;
        Assert.StartsWith("# ", postMortem);
        Assert.Contains(id, postMortem);
        Assert.Contains("sequenceDiagram", postMortem);
        Assert.StartsWith("{\"id\":", (await RunAsync(address, "--id", id, "--json")).Output);
    }

    [Theory]
    [InlineData("--limit must be a number from 1 to 100.", "--limit", "0")]
    [InlineData("--markdown tells one incident: say which with --id.", "--markdown")]
    [InlineData("--json and --markdown exclude each other.", "--id", "x", "--json", "--markdown")]
    [InlineData("the url is not an address", "////")]
    public void A_wrong_command_line_says_what_would_be_right(string says, params string[] arguments) =>
        Assert.Contains(IncidentsCommand.Create(Terminal()).Parse(arguments).Errors, error => error.Message.Contains(says));

    [Fact(Timeout = 60_000)]
    public async Task Where_there_is_no_server_or_no_such_incident_it_says_so()
    {
        Assert.Equal(1, (await RunAsync("localhost:1")).Code);
        Assert.Contains("connection refused", _error.ToString());
        await using var server = await ServerProcess.StartAsync();
        Assert.Equal(1, (await RunAsync($"localhost:{server.Port}", "--id", "nothing")).Code);
        Assert.Contains("There is no incident 'nothing'.", _error.ToString());
    }

    private Terminal Terminal() => new(TextReader.Null, _out, _error);

    private Task<(int Code, string Output)> RunAsync(params string[] arguments) => OutputAsync(() => IncidentsCommand.Create(Terminal()).Parse(arguments).InvokeAsync());

    private Task<(int Code, string Output)> WhyAsync(params string[] arguments) => OutputAsync(() => WhyCommand.Create(Terminal()).Parse(arguments).InvokeAsync());

    private async Task<(int Code, string Output)> OutputAsync(Func<Task<int>> run)
    {
        _out.GetStringBuilder().Clear();
        var code = await run();
        return (code, _out.ToString());
    }
}
