using Gatehouse.Store.Postgres;

namespace Gatehouse.Tests.Store.Postgres;

public sealed class MigrateArgumentsTests
{
    [Theory]
    [InlineData("", false, 60, "")]
    [InlineData("--dry-run", true, 60, "")]
    [InlineData("--lock-timeout 5", false, 5, "")]
    [InlineData("--dry-run --lock-timeout=5", true, 5, "")]
    [InlineData("--ConnectionStrings:Database=Host=db --dry-run", true, 60, "--ConnectionStrings:Database=Host=db")]
    [InlineData("--ConnectionStrings:Database Host=db --lock-timeout 7", false, 7, "--ConnectionStrings:Database Host=db")]
    public void Arguments_are_read_and_those_of_the_configuration_left_over(string args, bool dryRun, int seconds, string left)
    {
        var (arguments, mistake) = Parse(args);

        Assert.Null(mistake);
        Assert.Equal((dryRun, TimeSpan.FromSeconds(seconds), left), (arguments!.DryRun, arguments.LockTimeout, string.Join(' ', arguments.Configuration)));
    }

    [Theory]
    [InlineData("--dryrun", "argument 1 is not known; there are --dry-run, --lock-timeout SECONDS and --ConnectionStrings:Database=….")]
    [InlineData("--dry-run topsecret", "argument 2 is not known")]
    [InlineData("--lock-timeout", "whole number of seconds, 1 to 3600")]
    [InlineData("--lock-timeout 0", "whole number of seconds, 1 to 3600")]
    [InlineData("--lock-timeout soon", "whole number of seconds, 1 to 3600")]
    [InlineData("--lock-timeout=3601", "whole number of seconds, 1 to 3600")]
    public void An_argument_that_cannot_be_used_is_named(string args, string says)
    {
        var (arguments, mistake) = Parse(args);

        Assert.Null(arguments);
        Assert.Contains(says, mistake);
        Assert.DoesNotContain("topsecret", mistake);
    }

    private static (MigrateArguments? Arguments, string? Mistake) Parse(string args) =>
        MigrateArguments.Parse(args.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
