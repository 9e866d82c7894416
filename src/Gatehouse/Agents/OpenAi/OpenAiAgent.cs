namespace Gatehouse.Agents.OpenAi;

/// <summary>An agent whose model is behind an OpenAI-compatible endpoint.</summary>
public static class OpenAiAgent
{
    /// <summary>Makes the agent without connecting; the first run does. Dispose <see cref="Agent.Model"/> to close its connections.</summary>
    public static Agent Create(OpenAiSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        return new Agent(settings.Name, new OpenAiChatClient(settings, clock))
        {
            Description = $"The model {settings.Model}.",
            Instructions = settings.Instructions,
        };
    }
}
