namespace Gatehouse.Diagnosis;

/// <summary>What a post-mortem tells besides the report: what people and the service did about it, and what happened before. What is not known is left out.</summary>
public sealed record PostMortemContext
{
    /// <summary>The title; null: what was seen.</summary>
    public string? Title { get; init; }

    /// <summary>The incident's id; null if it has none.</summary>
    public string? IncidentId { get; init; }

    /// <summary>When it was noticed; null if that is not known.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>What noticed it, such as <c>an alert on refused upgrades</c>; null if that is not known.</summary>
    public string? NoticedBy { get; init; }

    /// <summary>When it was over; null while it is not, or if that is not known.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>What it cost.</summary>
    public Impact Impact { get; init; } = new();

    /// <summary>What was done about it, in any order.</summary>
    public IReadOnlyList<ActionTaken> Actions { get; init; } = [];

    /// <summary>Earlier incidents, in any order; those with another root are not shown.</summary>
    public IReadOnlyList<EarlierIncident> Earlier { get; init; } = [];
}

/// <summary>What an incident cost, counted over the whole of it. What is not known is null, which is not the same as none.</summary>
public sealed record Impact
{
    /// <summary>Upgrades that were refused; null: what the report says.</summary>
    public long? UpgradesRefused { get; init; }

    /// <summary>Chats that were cut, or got no answer.</summary>
    public long? ChatsCut { get; init; }

    /// <summary>People who met it.</summary>
    public long? Users { get; init; }

    /// <summary>How long people were harmed; null: from the onset to the end of the incident, or as long as the report says.</summary>
    public TimeSpan? Lasted { get; init; }
}

/// <summary>Something that was done.</summary>
/// <param name="At">When.</param>
/// <param name="What">What, such as <c>ran the migrations</c>; of the service or of the team, never of a person by name.</param>
/// <param name="Result">What came of it; null if that is not known.</param>
public sealed record ActionTaken(DateTimeOffset At, string What, string? Result = null);

/// <summary>An incident of before.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Day">When it was.</param>
/// <param name="RootCodes">The codes of its roots.</param>
public sealed record EarlierIncident(string Id, DateOnly Day, IReadOnlyList<string> RootCodes)
{
    /// <summary>What was tried then; null if that is not known.</summary>
    public string? Tried { get; init; }

    /// <summary>Whether it ended the harm then; null if that is not known.</summary>
    public bool? Helped { get; init; }
}
