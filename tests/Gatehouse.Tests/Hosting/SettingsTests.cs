using System.Text;
using Gatehouse.Hosting;
using Microsoft.Extensions.Configuration;

namespace Gatehouse.Tests.Hosting;

public sealed class SettingsTests
{
    [Fact]
    public void The_document_lists_every_key_as_the_code_has_it()
    {
        var table = new StringBuilder("| key | default | accepts | means |\n|---|---|---|---|\n");
        foreach (var (key, standard, accepts, means) in Settings.All)
            table.Append($"| `{key}` | {(standard.Length > 0 ? $"`{standard}`" : "")} | {accepts} | {means} |\n");

        Assert.Contains(table.ToString(), Repository.Read("docs/configuration.md"));
    }

    [Fact]
    public void The_defaults_are_those_of_the_options()
    {
        var errors = new List<string>();
        var read = Settings.Read(new ConfigurationBuilder().Build(), errors);

        Assert.Empty(errors);
        Assert.Equal(new GatehouseOptions() with { AllowedOrigins = read.AllowedOrigins }, read);
    }

    [Theory]
    [InlineData("Runs:BudgetSeconds", "soon", "Runs:BudgetSeconds is 'soon'; it must be a whole number, 1 to 86400.")]
    [InlineData("Log:AppendIntervalMs", "-1", "Log:AppendIntervalMs is '-1'; it must be a whole number, 0 to 1000.")]
    [InlineData("ConnectionStrings:Redis", "localhost", "ConnectionStrings:Redis is given without ConnectionStrings:Database: instances that share a Redis must share a database; give both, or neither.")]
    [InlineData("Runs:LeaseSeconds", "2", "Runs:LeaseSeconds is '2'; it must be a whole number, 3 to 300.")]
    [InlineData("Admission:HoldSeconds", "61", "Admission:HoldSeconds is '61'; it must be a whole number, 0 to 60.")]
    [InlineData("Admission:Starting", "yes", "Admission:Starting is 'yes'; it must be true or false.")]
    [InlineData("Admission:ResumeKey", "too short", "Admission:ResumeKey has 9 characters; it must be a text of 32 characters or more.")]
    public void A_bad_value_is_one_line_that_says_what_would_be_right(string key, string value, string error)
    {
        var errors = new List<string>();
        Settings.Read(new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build(), errors);

        Assert.Equal([error], errors);
    }

    [Fact]
    public void A_key_that_does_not_exist_is_an_error()
    {
        var errors = new List<string>();
        Settings.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Chat:Heartbeat", "20")]).Build(), errors);

        Assert.Equal("Chat:Heartbeat is not a key; there are Chat:HeartbeatSeconds, Chat:ReconnectMs, Chat:AllowedOrigins.", Assert.Single(errors));
    }
}
