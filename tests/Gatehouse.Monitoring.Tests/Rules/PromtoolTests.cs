using System.Text;

namespace Gatehouse.Monitoring.Tests.Rules;

/// <summary>The committed rules, judged by Prometheus' own tool.</summary>
public sealed class PromtoolTests
{
    private static readonly string Rules = Path.Combine(Repository.Root, "deploy/monitoring/prometheus/rules.yaml");

    [Fact(Timeout = 120_000)]
    public async Task The_rules_are_right_by_the_word_of_Prometheus()
    {
        var (code, output) = await RunAsync("check", "rules", Rules);

        Assert.True(code == 0, output);
    }

    [Fact]
    public void Every_alert_is_put_to_the_test() =>
        Assert.Equal(new AlertRules(Shipped.Slo).All.Select(rule => rule.Name).Order(), AlertCases.All.Select(@case => @case.Alert).Order());

    /// <summary>Each alert fires, does not fire, ends, and is judged without data and with too little.</summary>
    [Theory(Timeout = 180_000)]
    [InlineData(false, "1m")]
    [InlineData(true, "30m")]
    public async Task Each_alert_fires_when_it_should_and_only_then(bool slow, string interval)
    {
        var rules = new AlertRules(Shipped.Slo).All.ToDictionary(rule => rule.Name);
        var yaml = new StringBuilder($"rule_files: ['{Rules}']\nevaluation_interval: {interval}\n");
        // What is recorded comes first: half an hour later it is stale. A group that is not in the list would come first as well.
        var groups = rules.Values.Select(rule => rule.Group).Distinct().Prepend("budgets").Prepend("shares").Select(group => $"gatehouse-{group}");
        yaml.Append($"group_eval_order: [{string.Join(", ", groups)}]\ntests:\n");
        foreach (var @case in AlertCases.All.Where(@case => @case.IsSlow == slow))
            foreach (var (kind, series, moments) in Kinds(@case)) Append(yaml, rules[@case.Alert], @case, kind, series, moments);
        var file = Path.Combine(Path.GetTempPath(), $"gatehouse-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, yaml.ToString());
        try
        {
            var (code, output) = await RunAsync("test", "rules", file);

            Assert.True(code == 0, output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<(string Kind, string[] Series, (string At, bool Fires)[] Moments)> Kinds(AlertCase @case) =>
    [
        ("fires", @case.Bad, [(@case.FiresAt, true)]),
        ("does not fire", @case.Good, [(@case.FiresAt, false)]),
        ("resolves", @case.Over, [(@case.ToldAt, true), (@case.OverAt, false)]),
        ("no data", [], [("30m", @case.FiresWithoutData)]),
        ("too little", @case.Little, [(@case.LittleAt, false)]),
    ];

    private static void Append(
        StringBuilder yaml, AlertRule rule, AlertCase @case, string kind, string[] series, (string At, bool Fires)[] moments)
    {
        yaml.Append($"  - name: '{@case.Alert}: {kind}'\n    interval: {(@case.IsSlow ? "10m" : "1m")}\n    input_series:{(series.Length == 0 ? " []" : "")}\n");
        foreach (var one in series)
        {
            var end = one.LastIndexOf(": ", StringComparison.Ordinal);
            yaml.Append($"      - series: '{one[..end]}'\n        values: '{one[(end + 2)..]}'\n");
        }
        yaml.Append("    alert_rule_test:\n");
        foreach (var (at, fires) in moments)
        {
            yaml.Append($"      - eval_time: {at}\n        alertname: {@case.Alert}\n        exp_alerts:{(fires ? "" : " []")}\n");
            if (fires) AppendAlert(yaml, rule, @case);
        }
    }

    private static void AppendAlert(StringBuilder yaml, AlertRule rule, AlertCase @case)
    {
        yaml.Append($"          - exp_labels:\n              severity: {rule.Severity.ToString().ToLowerInvariant()}\n");
        foreach (var label in @case.Labels) yaml.Append($"              {label}\n");
        yaml.Append($"            exp_annotations:\n              summary: '{@case.Summary}'\n              description: '{rule.Description}'\n")
            .Append($"              runbook_url: '{rule.RunbookOf(Shipped.Slo)}'\n");
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using var promtool = ChildProcess.Start(new("promtool", arguments));
        return (await promtool.ExitAsync(), promtool.Output);
    }
}
