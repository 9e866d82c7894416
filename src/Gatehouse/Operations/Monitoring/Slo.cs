namespace Gatehouse.Operations.Monitoring;

/// <summary>What the service promises and when somebody is told: all that rules, policies and dashboard are computed from.</summary>
/// <param name="Job">The label <c>job</c> of the series: the name of the scrape's job, or with OTLP the name of the service.</param>
/// <param name="Runbook">Where the runbook is; an alert's section is added as <c>#alert</c>.</param>
/// <param name="Period">What the error budget is for.</param>
internal sealed record Slo(
    string Job, string Runbook, TimeSpan Period, Objective Upgrades, Objective Turns, IReadOnlyList<Burn> Burns, Thresholds Thresholds);

/// <param name="Percent">How many of a hundred events are good, at least.</param>
/// <param name="MinimumEvents">With fewer events in a window nobody is told: one failure of ten would be a whole month's budget burning.</param>
internal sealed record Objective(decimal Percent, int MinimumEvents)
{
    /// <summary>The share of events that may be bad.</summary>
    public decimal Budget => 1 - Percent / 100;
}

/// <summary>Who is to act, and when.</summary>
internal enum Severity
{
    /// <summary>Somebody, now: users notice.</summary>
    Page,

    /// <summary>Somebody, on a working day.</summary>
    Ticket,
}

/// <summary>When a budget burns too fast: so much of it in so long a window.</summary>
internal sealed record Burn(decimal BudgetPercent, TimeSpan Window, Severity Severity);

/// <summary>Limits of what is no budget.</summary>
internal sealed record Thresholds
{
    /// <summary>Share of upgrades that one node may have refused.</summary>
    public required decimal RefusedPercent { get; init; }

    /// <summary>Share of upgrades that the limits may refuse.</summary>
    public required decimal LimitedPercent { get; init; }

    /// <summary>Share of a node's checks that are good.</summary>
    public required decimal CheckSuccessPercent { get; init; }

    /// <summary>Checks in an hour below which their share says nothing.</summary>
    public required decimal MinimumChecks { get; init; }

    /// <summary>How long a start may take.</summary>
    public required decimal StartSeconds { get; init; }

    public required decimal NotReadyMinutes { get; init; }

    public required decimal AbsentMinutes { get; init; }

    public required decimal RestartsIn15Minutes { get; init; }

    public required decimal BreaksPerHour { get; init; }

    /// <summary>How long a check of the database may take, on average.</summary>
    public required decimal DatabaseSeconds { get; init; }

    public required decimal RedisSeconds { get; init; }
}
