namespace Gatehouse.Agents.OpenAi;

/// <summary>Checked settings of an OpenAI-compatible endpoint. Its text form leaves the key out.</summary>
public sealed record OpenAiSettings(Uri Endpoint, string Model, string ApiKey)
{
    /// <summary>The agent's name.</summary>
    public string Name { get; init; } = "assistant";

    /// <summary>The system prompt; null for none.</summary>
    public string? Instructions { get; init; }

    /// <summary>How long the endpoint may be silent.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(100);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Model} at {Endpoint}";
}
