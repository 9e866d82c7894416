using Gatehouse.Agents;

namespace Gatehouse.Runs;

/// <summary>What a user is told when an agent fails.</summary>
internal static class RunFailures
{
    public static RunFailure Of(Exception exception)
    {
        if (exception is UnserializableException) return new("unserializable", exception.Message);
        var failure = AgentFailure.From(exception);
        return new(failure.Code, failure.PublicMessage);
    }
}
