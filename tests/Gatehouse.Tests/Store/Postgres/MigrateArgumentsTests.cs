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
    [InlineData("--runs:LEASESECONDS=9 --Logging:LogLevel:Default Trace --Agent:Model=m", false, 60, "--runs:LEASESECONDS=9 --Logging:LogLevel:Default Trace --Agent:Model=m")]
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
    [InlineData("--lock-timeout:5", "--lock-timeout must be followed by a whole number of seconds, 1 to 3600: --lock-timeout 60.")]
    [InlineData("--lock-timeout 5 --lock-timeout 10", "--lock-timeout is given twice.")]
    [InlineData("--dry-run:true", "--dry-run stands by itself, without a value.")]
    [InlineData("--dry-run=true", "--dry-run stands by itself, without a value.")]
    [InlineData("--Logging:LogLevel:Default --dry-run", "argument 1 is without a value; a setting is given as --Section:Key=value.")]
    [InlineData("--ConnectionStrings:Database", "argument 1 is without a value")]
    [InlineData("--dry-run --Topsecret:Bar", "argument 2 names no setting of the server.")]
    [InlineData("--ConnectionString:Database=topsecret", "argument 1 names no setting of the server; --ConnectionStrings:Database may be meant.")]
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
