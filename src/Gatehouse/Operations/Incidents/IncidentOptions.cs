namespace Gatehouse.Operations.Incidents;

/// <summary>Whether something is done about an incident without a person.</summary>
internal enum RespondMode
{
    /// <summary>What helps and is safe is done.</summary>
    On,

    /// <summary>What would be done is noted.</summary>
    DryRun,

    /// <summary>Nothing is.</summary>
    Off,
}

/// <summary>Which form of message a webhook gets.</summary>
internal enum WebhookForm
{
    /// <summary>The incident, as the API shows it.</summary>
    Plain,

    /// <summary>What Alertmanager sends to its webhook receivers, version 4.</summary>
    Alertmanager,
}

/// <summary>When there is an incident, and what follows; immutable.</summary>
internal sealed record IncidentOptions
{
    public RespondMode Respond { get; init; } = RespondMode.On;

    /// <summary>Where openings, better explanations and closings are told; null: nowhere. May carry a secret: only its host is ever shown.</summary>
    public Uri? Webhook { get; init; }

    public WebhookForm Form { get; init; } = WebhookForm.Plain;

    /// <summary>How long nothing must be broken before an incident is closed. Default 60 s.</summary>
    public TimeSpan Stability { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The rules' limits.</summary>
    public IncidentLimits Limits { get; init; } = new(TimeSpan.FromSeconds(60), RefusedPercent: 1, FailedTurnsPercent: 7);

    /// <summary>Where incidents are kept while the store is away.</summary>
    public string Directory { get; init; } = "data/incidents";
}
