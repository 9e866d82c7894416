using System.CommandLine;

namespace Gatehouse.Cli.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly StringWriter _error = new();

    public void Dispose() => _error.Dispose();

    [Theory]
    [InlineData("ws://anna:geheim@host/x?token=geheim")]
    [InlineData("wss:anna:geheim@host")]
    [InlineData("http://anna:12/geheim@host")]
    public async Task What_nobody_expected_is_told_without_its_secrets(string argument)
    {
        Assert.Equal(64, await CommandLine.InvokeAsync(new() { new Command("probe") }, ["probe", argument], TextWriter.Null, _error));
        Assert.Contains("Unrecognized command or argument", _error.ToString());
        Assert.DoesNotContain("geheim", _error.ToString());
    }

    [Fact]
    public async Task An_output_that_is_full_is_told_in_a_line()
    {
        var command = new Command("probe");
        command.SetAction(int (_) => throw new IOException("No space left on device"));

        Assert.Equal(74, await CommandLine.InvokeAsync(new() { command }, ["probe"], TextWriter.Null, _error));
        Assert.Equal("gatehouse: No space left on device\n", _error.ToString());
    }

    [Fact]
    public async Task A_fault_of_the_tool_shows_no_stack()
    {
        var command = new Command("probe");
        command.SetAction(int (_) => throw new InvalidOperationException("this cannot be"));

        Assert.Equal(70, await CommandLine.InvokeAsync(new() { command }, ["probe"], TextWriter.Null, _error));
        Assert.Equal("gatehouse: this cannot be\n", _error.ToString());
    }
}
