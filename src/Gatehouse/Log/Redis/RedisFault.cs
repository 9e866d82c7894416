using System.Net;
using System.Net.Sockets;
using Gatehouse.Readiness;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>What is wrong with Redis, in words for an operator with the remedy, and its signature for the catalogue of causes.</summary>
internal sealed record RedisFault(string Reason, string Signature)
{
    /// <summary>What allows a user all that is asked of Redis, and little more.</summary>
    internal const string Permissions = $"ACL SETUSER … ~{RedisNames.DefaultPrefix}* &{RedisNames.DefaultPrefix}* +@all -@dangerous +info";

    private const string NotHeard = "what is published in Redis is not heard here";
    private const string EchoSignature = "echo";

    public static readonly RedisFault NoAnswer = new(
        "Redis is connected and does not answer: it is paused, busy with a slow command, or the network drops packets; "
        + "look at SLOWLOG and at the host's CPU", "timeout");

    public static readonly RedisFault Replica = new(
        "Redis is a read-only replica; give the address of the primary, or of the endpoint that follows it", "READONLY");

    /// <summary>Our own side of the line, and not what the server says: a Redis that comes and goes is not another than it should be.</summary>
    public static readonly RedisFault NotSubscribed = new("there is no connection for subscriptions to Redis yet", "connection");

    /// <summary>Whether Redis, or the way to it, is the reason of what the client has thrown. A connection that is given up throws, too.</summary>
    public static bool IsTheWorlds(Exception thrown) =>
        thrown is RedisException or RedisTimeoutException or RedisCommandException or ObjectDisposedException;

    public static RedisFault SpareAway(EndPoint server) => new(
        $"{RedisAddress.NameOf(server)} is away; nothing needs it now, but nothing takes over from it either: start it, or take it out of the list", "spare away");

    public static RedisFault Unheard(string why) => new($"{NotHeard}: {why}", EchoSignature);

    /// <summary>The server itself has said why: that is the cause, and the line is not.</summary>
    public static RedisFault Unheard(RedisFault refusal) => refusal with { Reason = $"{NotHeard}: {refusal.Reason}" };

    public static RedisFault NoDatabase(int number, int count) => new(
        FormattableString.Invariant($"Redis has no database {number}; it has {count}: choose one below {count} in ConnectionStrings:Redis, or raise databases (a cluster has 0 alone)"),
        "unknown database");

    public static RedisFault SlotsWithoutNode(int count) => new(
        FormattableString.Invariant($"the Redis cluster is down for some threads: {count} slots are without a node; see CLUSTER SLOTS and CLUSTER NODES"), "CLUSTERDOWN");

    public static RedisFault Evicting(string policy) => new(
        $"Redis drops logs when its memory is full (maxmemory-policy {policy}); CONFIG SET maxmemory-policy noeviction", "maxmemory-policy");

    /// <summary>Whether it is the connection for subscriptions that is dead, and another one may be better.</summary>
    public bool IsUnheard => Signature == EchoSignature;

    public CheckResult Degraded => CheckResult.Degraded(Reason, Signature);

    public CheckResult Failed => CheckResult.Failed(Reason, Signature);

    /// <summary>Reads what the client has thrown. Its own texts are pages of inner state; the server's word comes first in an error of its.</summary>
    public static RedisFault Of(Exception thrown) => thrown switch
    {
        RedisServerException refusal => OfError(refusal.Message),
        RedisConnectionException { InnerException: RedisServerException refusal } => OfError(refusal.Message),
        RedisTimeoutException => NoAnswer,
        RedisConnectionException broken => OfSocket(Innermost(broken) as SocketException)
            ?? new($"there is no connection to Redis ({(broken.InnerException as RedisConnectionException ?? broken).FailureType})", "connection"),
        SocketException socket => OfSocket(socket)!,
        RedisCommandException unsent => new($"Redis is not asked: {Shortened(unsent.Message)}", nameof(RedisCommandException)),
        ObjectDisposedException => new("the connection to Redis was given up for a new one", "connection"),
        _ => new($"Redis failed with {thrown.GetType().Name}", thrown.GetType().Name),
    };

    /// <summary>Reads an error of the server: <c>WORD what it says</c>.</summary>
    public static RedisFault OfError(string error)
    {
        var said = error.StartsWith("SimpleError: ", StringComparison.Ordinal) ? error["SimpleError: ".Length..] : error;   // the client's prefix
        var word = said.Split(' ', 2)[0];
        return word switch
        {
            "NOAUTH" => new("Redis asks for a password and was given none; add password=… to ConnectionStrings:Redis", word),
            "WRONGPASS" => new("Redis refuses the user name or the password in ConnectionStrings:Redis", word),
            "NOPERM" => NoPermission(said),
            "LOADING" => new("Redis is loading its data into memory; it will answer when it has", word),
            "READONLY" => Replica,
            "MASTERDOWN" => new("Redis is a replica whose primary is away; give the address of the primary", word),
            "MISCONF" => new("Redis cannot save its data and refuses writes: free its disk, or CONFIG SET stop-writes-on-bgsave-error no", word),
            "OOM" => new("Redis is out of memory and refuses writes: raise maxmemory, or see what else lives in it", word),
            "CLUSTERDOWN" => new("the Redis cluster is down: slots are without a node; see CLUSTER INFO and CLUSTER NODES", word),
            "BUSY" => new("Redis is busy with a script that does not end: SCRIPT KILL", word),
            "DENIED" => new("Redis runs in protected mode and refuses other hosts: set a password and bind its address", word),
            _ when said.Contains("The user executing the script", StringComparison.Ordinal) => NoPermission(said),
            _ when said.Contains("max number of clients", StringComparison.Ordinal) =>
                new("Redis has as many clients as it takes: raise maxclients", "maxclients"),
            // A script is told of one in other words.
            _ when said.Contains("unknown command", StringComparison.OrdinalIgnoreCase) || said.Contains("Unknown Redis command", StringComparison.Ordinal) =>
                new($"Redis lacks a command ({Shortened(said)}); it must be version 7.0 or later, with no command renamed", "unknown command"),
            _ => new($"Redis refused: {Shortened(said)}", word),
        };
    }

    private static RedisFault NoPermission(string said) =>
        new($"the Redis user lacks a permission ({Shortened(said)}); give it with {Permissions}", "NOPERM");

    private static RedisFault? OfSocket(SocketException? socket) => socket?.SocketErrorCode switch
    {
        null => null,
        SocketError.ConnectionRefused =>
            new("nothing listens at Redis' address (connection refused): is it running, and is the port right?", nameof(SocketError.ConnectionRefused)),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
            new("Redis' host name is not known to DNS: is it spelt right, and does it resolve from here?", nameof(SocketError.HostNotFound)),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
            new("there is no route to Redis' address: is this service attached to the right network?", nameof(SocketError.HostUnreachable)),
        SocketError.TimedOut =>
            new("Redis' address does not take a connection in time: a firewall, or a host that is down", nameof(SocketError.TimedOut)),
        var code => new($"the connection to Redis fails: {code}", code.ToString()!),
    };

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;

    // A script's error ends with where in the script it was.
    private static string Shortened(string said)
    {
        var end = said.IndexOf(" script: ", StringComparison.Ordinal);
        if (end >= 0) said = said[..end];
        return said.Length <= 200 ? said : $"{said.AsSpan(0, 200)}…";
    }
}
