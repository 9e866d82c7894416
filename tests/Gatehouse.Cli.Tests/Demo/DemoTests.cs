using Gatehouse.Cli.Demo;
using Gatehouse.Testing;

namespace Gatehouse.Cli.Tests.Demo;

/// <summary>The demo is the first thing that anybody sees: it is given for real, with PostgreSQL, Redis and a Cloud Run of its own.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact(Timeout = 180_000)]
    public async Task The_old_way_says_503_to_all_and_Gatehouse_holds_them_explains_and_lets_them_in()
    {
        var code = await DemoAsync(
            "--server", Repository.Built("src/Gatehouse.Server", "gatehouse-server"), "--naive", Repository.Built("samples/Naive", "naive"));

        var told = _output.ToString();
        Assert.True(code is 0, $"{code}\n{told}\n{_error}");
        Assert.Equal(2, told.Split("20 × 503").Length - 1);
        Assert.Contains("20 held at the door, none refused", told);
        Assert.Contains("= Root cause: The migrations have not been run", told);
        Assert.Contains("20 of 20 are in", told);
        Assert.Contains("The server is ready", told);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_that_is_not_there_is_named()
    {
        Assert.Equal(64, await DemoAsync("--server", "/no/such/server"));
        Assert.Equal("gatehouse: --server /no/such/server: there is no such file\n", _error.ToString());
    }

    private Task<int> DemoAsync(params string[] arguments) =>
        DemoCommand.Create(new(TextReader.Null, _output, _error)).Parse(["incident", .. arguments]).InvokeAsync();
}
