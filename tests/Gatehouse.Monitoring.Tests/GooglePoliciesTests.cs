using System.Text.Json;

namespace Gatehouse.Monitoring.Tests;

/// <summary>The alert policies, held against the reference of the API (AlertPolicy of Cloud Monitoring v3).</summary>
public sealed class GooglePoliciesTests
{
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "deploy/monitoring/google"), "*.json").Select(file => Path.GetFileName(file))];

    [Fact]
    public void There_is_one_for_every_alert() => Assert.Equal(
        new AlertRules(Shipped.Slo).All.Select(rule => rule.Name).Order(StringComparer.Ordinal),
        Files.Select(file => Read(file).GetProperty("conditions")[0].GetProperty("displayName").GetString()).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_policy_has_what_the_API_wants_and_nothing_that_it_does_not_know(string file)
    {
        var policy = Read(file);

        AssertKeys(policy, "displayName", "severity", "enabled", "combiner", "conditions", "alertStrategy", "documentation", "userLabels");
        Assert.InRange(policy.GetProperty("displayName").GetString()!.Length, 1, 512);
        Assert.Contains(policy.GetProperty("severity").GetString(), new[] { "CRITICAL", "ERROR", "WARNING" });
        Assert.Contains(policy.GetProperty("combiner").GetString(), new[] { "OR", "AND", "AND_WITH_MATCHING_RESOURCE" });
        Assert.True(policy.GetProperty("enabled").GetBoolean());
        AssertStrategy(policy.GetProperty("alertStrategy"));
        AssertDocumentation(policy.GetProperty("documentation"));
        AssertLabels(policy.GetProperty("userLabels"));
        AssertCondition(Assert.Single(policy.GetProperty("conditions").EnumerateArray().ToArray()));
    }

    private static void AssertCondition(JsonElement condition)
    {
        AssertKeys(condition, "displayName", "conditionPrometheusQueryLanguage");
        var promql = condition.GetProperty("conditionPrometheusQueryLanguage");
        AssertKeys(promql, "query", "duration", "evaluationInterval", "labels", "ruleGroup", "alertRule", "disableMetricValidation");
        Assert.False(string.IsNullOrWhiteSpace(promql.GetProperty("query").GetString()));
        Assert.Equal(0, Seconds(promql.GetProperty("duration")) % 30);              // a whole number of evaluations
        Assert.Equal(0, Seconds(promql.GetProperty("evaluationInterval")) % 30);    // of 30 s, and positive
        Assert.True(Seconds(promql.GetProperty("evaluationInterval")) > 0);
        Assert.Matches("^[a-zA-Z_][a-zA-Z0-9_]*$", promql.GetProperty("alertRule").GetString());
        Assert.False(string.IsNullOrEmpty(promql.GetProperty("ruleGroup").GetString()));
        Assert.All(promql.GetProperty("labels").EnumerateObject(), label => Assert.Matches("^[a-zA-Z_][a-zA-Z0-9_]*$", label.Name));
    }

    // At least half an hour, at most a week.
    private static void AssertStrategy(JsonElement strategy)
    {
        AssertKeys(strategy, "autoClose");
        Assert.InRange(Seconds(strategy.GetProperty("autoClose")), 1800, 604_800);
    }

    private static void AssertDocumentation(JsonElement documentation)
    {
        AssertKeys(documentation, "subject", "mimeType", "content");
        Assert.Equal("text/markdown", documentation.GetProperty("mimeType").GetString());
        Assert.InRange(documentation.GetProperty("content").GetString()!.Length, 1, 8192);
        Assert.InRange(documentation.GetProperty("subject").GetString()!.Length, 1, 255);
        Assert.DoesNotContain("{{", documentation.GetProperty("content").GetString());
    }

    private static void AssertLabels(JsonElement labels) => Assert.All(labels.EnumerateObject(), label =>
    {
        Assert.Matches("^[a-z][a-z0-9_-]{0,62}$", label.Name);
        Assert.Matches("^[a-z0-9_-]{0,63}$", label.Value.GetString());
    });

    private static int Seconds(JsonElement duration)
    {
        Assert.Matches("^[0-9]+s$", duration.GetString());
        return int.Parse(duration.GetString()![..^1]);
    }

    private static void AssertKeys(JsonElement element, params string[] keys) =>
        Assert.Equal(keys.Order(StringComparer.Ordinal), element.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));

    private static JsonElement Read(string file) => JsonElement.Parse(Shipped.File($"deploy/monitoring/google/{file}"));
}
