using System.Text.Json;

namespace Gatehouse.Runs;

/// <summary>What a user is told when an agent fails.</summary>
internal static class RunFailures
{
    public static RunFailure Of(Exception exception) => exception switch
    {
        JsonException or NotSupportedException => new("unserializable", "The agent said something that cannot be written as JSON."),
        ModelSaidErrorException said => new("agent_failed", said.Message),
        _ => new("agent_failed", "The agent failed; the server's log says why."),
    };
}
