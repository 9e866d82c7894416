using Gatehouse.Client;

namespace Gatehouse.Cli;

/// <summary>What to tell a person about the connection.</summary>
internal static class ConnectionNote
{
    public static string? Of(ClientEvent @event) => @event switch
    {
        StateChanged { State: ConnectionState.Connected } => "connected",
        StateChanged { State: ConnectionState.Waiting, Delay: { } delay } => $"connecting again in {delay.TotalSeconds:0.0} s",
        StateChanged { State: ConnectionState.Connecting } => "connecting",
        StateChanged { State: ConnectionState.Stopped } => "closed for good",
        ServerStarting starting => $"the server is starting: it waits for {starting.Node}",
        ServerLeaving leaving => $"the server is leaving ({leaving.Reason}): moving to another",
        ServerComplained complaint => $"the server says: {complaint.Failure.Message}",
        LinkEnded ended => ended.Failure.Reason,
        _ => null,
    };
}
