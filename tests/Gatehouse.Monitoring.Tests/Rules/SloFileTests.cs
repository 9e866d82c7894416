using System.Text.Json.Nodes;

namespace Gatehouse.Monitoring.Tests.Rules;

public sealed class SloFileTests
{
    [Fact]
    public void What_is_built_in_is_what_is_committed() => Assert.Equal(Shipped.File("deploy/monitoring/slo.json"), SloFile.Standard);

    [Theory]
    [InlineData("periodDays", "0", "periodDays is 0; it must be a number, 1 to 366.")]
    [InlineData("periodDays", "\"a month\"", "periodDays is \"a month\"; it must be a number, 1 to 366.")]
    [InlineData("job", "\"a\\\"b\"", "job is \"a\\\"b\"; it must be made of A-Z a-z 0-9 - _ . /.")]
    [InlineData("objectives.upgrades.percent", "100", "objectives.upgrades.percent is 100; it must be a number, 1 to 99.999.")]
    [InlineData("objectives.upgrades", "null", "objectives.upgrades is null; it must be an object.")]
    [InlineData("objectives.turns.minimumEvents", "\"some\"", "objectives.turns.minimumEvents is \"some\"; it must be a number, 1 to 1000000.")]
    [InlineData("thresholds.startSecond", "45", "thresholds.startSecond is not a key; there are ")]
    [InlineData("burns", "{}", "burns is {}; it must be a list.")]
    [InlineData("burns", "[]", "burns is empty; give at least one")]
    [InlineData("burns", "[{\"budgetPercent\":2,\"window\":\"1h\",\"severity\":\"wake\"}]", "burns[0].severity is \"wake\"; it must be page or ticket.")]
    [InlineData("burns", "[{\"budgetPercent\":2,\"window\":\"soon\",\"severity\":\"page\"}]", "burns[0].window is \"soon\"; it must be a time such as 1h")]
    [InlineData("burns", "[{\"budgetPercent\":2,\"window\":\"40d\",\"severity\":\"page\"}]", "burns[0].window is 40d; it must be shorter than the period of 30d.")]
    [InlineData("objectives.turns.percent", "90", "burns[0] could never fire for turns: more than all events would have to be bad.")]
    public void A_mistake_is_one_line_that_says_what_would_be_right(string path, string value, string error)
    {
        var errors = new List<string>();

        Assert.Null(SloFile.Read(With(path, value), errors));

        Assert.StartsWith(error, errors[0]);
    }

    [Fact]
    public void What_is_missing_is_named_all_at_once()
    {
        var errors = new List<string>();

        Assert.Null(SloFile.Read("{}", errors));

        Assert.Contains("job is missing; it must be a text.", errors);
        Assert.Contains("burns is missing; it must be a list.", errors);
        Assert.Contains("thresholds.redisSeconds is missing; it must be a number, 0.001 to 60.", errors);
    }

    [Fact]
    public void What_is_no_JSON_is_named_by_its_line()
    {
        var errors = new List<string>();

        Assert.Null(SloFile.Read("{\n  \"job\": }", errors));

        Assert.Equal("The SLO file is not JSON, in line 2.", Assert.Single(errors));
    }

    private static string With(string path, string value)
    {
        var root = JsonNode.Parse(SloFile.Standard)!;
        var keys = path.Split('.');
        var node = keys[..^1].Aggregate(root, (node, key) => node[key]!);
        node[keys[^1]] = JsonNode.Parse(value);
        return root.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
