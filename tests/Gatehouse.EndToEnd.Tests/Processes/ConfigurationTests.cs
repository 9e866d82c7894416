namespace Gatehouse.EndToEnd.Processes;

/// <summary>Configuration that cannot be used: one line that names key, value and what is right; exit code 78; nobody listened.</summary>
public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("--Runs:BudgetSeconds=soon", "Runs:BudgetSeconds", "'soon'", "1 to 86400")]
    [InlineData("--Runs:MaxSteps=0", "Runs:MaxSteps", "'0'", "1 to 1000")]
    [InlineData("--Log:Window=99", "Log:Window", "'99'", "100 to 100000")]
    [InlineData("--Chat:HeartbeatSeconds=1.5", "Chat:HeartbeatSeconds", "'1.5'", "1 to 300")]
    [InlineData("--Chat:Heartbeat=20", "Chat:Heartbeat is not a key", "Chat:HeartbeatSeconds")]
    [InlineData("--Ops:TokensPerSecond=-1", "Ops:TokensPerSecond", "'-1'", "0")]
    [InlineData("--Ops:TokensPerSecond=fast", "Ops:TokensPerSecond", "'fast'", "a number")]
    [InlineData("--Ops:Speed=1", "Ops:Speed is not a key", "TokensPerSecond")]
    [InlineData("--Agents:Default=nobody", "Agents:Default", "'nobody'", "ops")]
    [InlineData("--ConnectionStrings:Redis=localhost", "ConnectionStrings:Redis", "ConnectionStrings:Database", "both, or neither")]
    [InlineData("--ConnectionStrings:Database=Hots=db", "ConnectionStrings:Database", "Host may be meant")]
    [InlineData("--Data:Directory=/proc/nowhere", "Data:Directory", "/proc/nowhere", "cannot be used")]
    public Task One_key_that_cannot_be_used_is_named(string argument, params string[] says) => RefusedAsync(new(argument), says);

    [Theory]
    [InlineData("eighty")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData(" 80")]
    public Task A_port_that_is_none_is_named(string port) =>
        RefusedAsync(new() { Port = port }, "PORT", $"'{port}'", "1 to 65535");

    [Theory]
    [InlineData("Agent:Endpoint is 'nowhere'", "absolute http or https address", "--Agent:Endpoint=nowhere", "--Agent:Model=m", "--Agent:ApiKey=k")]
    [InlineData("Agent:Model is missing", "name of a model", "--Agent:Endpoint=http://localhost:1/v1", "--Agent:ApiKey=k")]
    [InlineData("Agent:ApiKey", "both missing", "--Agent:Endpoint=http://localhost:1/v1", "--Agent:Model=m")]
    [InlineData("Agent:ApiKeyFile '/nowhere'", "does not exist", "--Agent:Endpoint=http://localhost:1/v1", "--Agent:Model=m", "--Agent:ApiKeyFile=/nowhere")]
    [InlineData("Agent:Name is 'ops'", "another", "--Agent:Endpoint=http://localhost:1/v1", "--Agent:Model=m", "--Agent:ApiKey=k", "--Agent:Name=ops")]
    [InlineData("Agent:SilenceSeconds is '0'", "1 to 3600", "--Agent:Endpoint=http://localhost:1/v1", "--Agent:Model=m", "--Agent:ApiKey=k", "--Agent:SilenceSeconds=0")]
    [InlineData("Agent:Modell is not a key", "Model", "--Agent:Endpoint=http://localhost:1/v1", "--Agent:Model=m", "--Agent:ApiKey=k", "--Agent:Modell=m")]
    public Task A_key_of_the_model_that_cannot_be_used_is_named(string says, string right, params string[] arguments) =>
        RefusedAsync(new(arguments), says, right);

    [Theory]
    [InlineData("gatehouse-server: ")]
    [InlineData("gatehouse-server migrate: ", "migrate")]
    public async Task A_file_that_is_no_JSON_is_named_with_the_line(string says, params string[] arguments)
    {
        var directory = Directory.CreateTempSubdirectory("gatehouse-");
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "appsettings.json"), "{\n  broken");
        await using var server = ChildProcess.Start(new(new ServerSetup().Program, arguments) { WorkingDirectory = directory.FullName });

        Assert.Equal(78, await server.ExitAsync());

        var line = Assert.Single(server.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(says, line);
        Assert.Contains("appsettings.json'. Look at line 2. It must be JSON.", line);
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_key_that_is_wrong_is_not_shown()
    {
        await using var server = ServerProcess.Launch(new("--Agent:Endpoint=http://localhost:1/v1", "--Agent:Model=m", "--Agent:ApiKey=geheim und mehr"));
        Assert.Equal(78, await server.ExitAsync());
        Assert.DoesNotContain("geheim", server.Output);
    }

    private static async Task RefusedAsync(ServerSetup setup, params string[] says)
    {
        await using var server = ServerProcess.Launch(setup);
        Assert.Equal(78, await server.ExitAsync());
        var line = Assert.Single(server.Lines);
        Assert.StartsWith("gatehouse-server: ", line);
        foreach (var part in says) Assert.Contains(part, line);
        Assert.DoesNotContain("listening", server.Output);
        if (setup.Port is null) await Assert.ThrowsAsync<HttpRequestException>(() => server.GetAsync("/health"));
    }
}
