using System.Globalization;
using Gatehouse.Client;

namespace Gatehouse.Cli;

/// <summary>What to tell a person about the connection.</summary>
internal static class ConnectionNote
{
    /// <summary>Why the first connection is waited for, in one line.</summary>
    public static string Of(StateChanged wait, LinkFailure failure)
    {
        var why = wait.Node is { } node ? $"node '{node}'" : failure.Server.Authority;
        return string.Create(CultureInfo.InvariantCulture, $"waiting for {why} ({Answer(failure)}), next try in {wait.Delay?.TotalSeconds:0.#} s");
    }

    private static string Answer(LinkFailure failure) => failure.Refusal is { } refusal ? $"the server answers {refusal.Status}"
        : failure.CloseCode is { } code ? $"the server closed with {code}"
        : failure.Reason;

    public static string? Of(ClientEvent @event) => @event switch
    {
        StateChanged { State: ConnectionState.Connected } => "connected",
        StateChanged { State: ConnectionState.Waiting, Delay: { } delay, Node: { } node } => $"waiting for node '{node}', next try in {delay.TotalSeconds:0.0} s",
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
