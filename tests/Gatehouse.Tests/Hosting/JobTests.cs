using Gatehouse.Hosting;
using Microsoft.Extensions.Configuration;

namespace Gatehouse.Tests.Hosting;

public sealed class JobTests
{
    [Fact]
    public async Task What_nobody_has_thought_of_ends_in_one_line_and_a_code()
    {
        var (code, output, errors) = await RunAsync(_ => throw new KeyNotFoundException("first\nsecond"));

        Assert.Equal(70, code);
        Assert.Empty(output);
        Assert.EndsWith(" work: This is a defect of the program: KeyNotFoundException: first second\n", errors);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_used_ends_in_78()
    {
        var (code, _, errors) = await RunAsync(_ => throw new GatehouseConfigurationException(["This is wrong.", "That is, too."]));

        Assert.Equal(78, code);
        Assert.EndsWith(" work: This is wrong. That is, too.\n", errors);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(Func<Action<string>, Task<JobAnswer>> work)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var code = await Job.RunAsync("work", [], _ => new ConfigurationBuilder().Build(), output, errors, work);
        return (code, output.ToString(), errors.ToString());
    }
}
