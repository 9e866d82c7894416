namespace Gatehouse.Monitoring.Tests.Rules;

/// <summary>How an alert is put to the test. Series are in promtool's notation, a sample a minute.</summary>
internal sealed record AlertCase(string Alert)
{
    /// <summary>What is wrong from the beginning; it is told at <see cref="FiresAt"/>.</summary>
    public required string[] Bad { get; init; }

    public required string FiresAt { get; init; }

    /// <summary>The labels of the alert, without severity and name.</summary>
    public string[] Labels { get; init; } = [];

    /// <summary>The summary as its reader sees it.</summary>
    public required string Summary { get; init; }

    /// <summary>All is well, with traffic.</summary>
    public required string[] Good { get; init; }

    /// <summary>What was wrong and is not any more: told at <see cref="ToldAt"/>, over at <see cref="OverAt"/>.</summary>
    public required string[] Over { get; init; }

    public required string ToldAt { get; init; }

    public required string OverAt { get; init; }

    /// <summary>Too little to tell anybody: few events, or once and briefly.</summary>
    public required string[] Little { get; init; }

    public required string LittleAt { get; init; }

    /// <summary>Whether it is about days: a sample every ten minutes, and the rules evaluated every half an hour.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Whether nothing at all is what the alert is about.</summary>
    public bool FiresWithoutData { get; init; }
}

/// <summary>Names for the series of the cases.</summary>
internal static class Series
{
    public static string Accepted(string values) => $"gatehouse_handshakes_total{{job=\"gatehouse\",instance=\"a\",outcome=\"accepted\",reason=\"ready\"}}: {values}";

    public static string Refused(string values, string node = "database") =>
        $"gatehouse_handshakes_total{{job=\"gatehouse\",instance=\"a\",outcome=\"refused\",reason=\"not_ready\",node=\"{node}\"}}: {values}";

    public static string Limited(string values) =>
        $"gatehouse_handshakes_total{{job=\"gatehouse\",instance=\"a\",outcome=\"refused\",reason=\"too_many_handshakes\"}}: {values}";

    public static string Turns(string outcome, string values) => $"gatehouse_runs_total{{job=\"gatehouse\",instance=\"a\",outcome=\"{outcome}\"}}: {values}";

    public static string Ready(string values, string instance = "a") => $"gatehouse_readiness_ready{{job=\"gatehouse\",instance=\"{instance}\"}}: {values}";

    public static string Start(string values) => $"gatehouse_readiness_time_to_ready_seconds{{job=\"gatehouse\",instance=\"a\"}}: {values}";

    public static string Checks(string result, string values) =>
        $"gatehouse_readiness_node_checks_total{{job=\"gatehouse\",instance=\"a\",node=\"database\",result=\"{result}\"}}: {values}";

    public static string Node(string metric, string values, string node = "redis") =>
        $"gatehouse_readiness_node_{metric}{{job=\"gatehouse\",instance=\"a\",node=\"{node}\"}}: {values}";

    public static string Incidents(string values) => $"gatehouse_incidents_open{{job=\"gatehouse\",instance=\"a\",rule=\"readiness_lost\"}}: {values}";
}
