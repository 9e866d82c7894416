using Gatehouse.Operations;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Admission;

/// <summary>A "no" at the handshake or to a plain request, in words for who asked.</summary>
/// <param name="Title">The kind of refusal, always the same for it.</param>
/// <param name="Detail">What is the matter here.</param>
/// <param name="RetryAfter">When to come back, from and to, in seconds; null: the same request is never right.</param>
/// <param name="Node">The node that is the reason; null where none is.</param>
internal sealed record Refusal(
    int Status, HandshakeReason Reason, string Title, string Detail, (int From, int To)? RetryAfter = null, string? Node = null)
{
    private static readonly (int, int) Soon = (1, 3);
    private static readonly (int, int) Later = (5, 20);     // connections end more slowly than seconds pass

    public static readonly Refusal NoUpgrade = Bad(StatusCodes.Status426UpgradeRequired, "Upgrade required", "/ws speaks WebSocket only: version 13, by GET over HTTP/1.1.");

    public static readonly Refusal UnknownSubprotocol =
        Bad(StatusCodes.Status400BadRequest, "Unknown subprotocol", $"This server speaks {Limits.Subprotocol}.");

    public static readonly Refusal ForeignOrigin =
        Bad(StatusCodes.Status403Forbidden, "Origin not allowed", "Pages of another origin are let in by Chat:AllowedOrigins.");

    public static readonly Refusal Draining = new(
        StatusCodes.Status503ServiceUnavailable, HandshakeReason.Draining, "Draining", "This instance is going away; another one serves.", Soon);

    public static readonly Refusal UserConnections = TooMany(
        HandshakeReason.TooManyConnections, "Too many connections", "This client has as many connections as one may have.", Later);

    public static readonly Refusal InstanceConnections = TooMany(
        HandshakeReason.TooManyConnections, "Too many connections", "This instance has as many connections as it may have.", Later);

    public static readonly Refusal UserHandshakes = TooMany(
        HandshakeReason.TooManyHandshakes, "Too many handshakes", "This client connects more often than one may.", Soon);

    public static readonly Refusal InstanceHandshakes = TooMany(
        HandshakeReason.TooManyHandshakes, "Too many handshakes", "More clients connect at once than this instance takes in.", Soon);

    public static readonly Refusal Protected = new(
        StatusCodes.Status503ServiceUnavailable, HandshakeReason.Protected, "Overloaded", "This instance takes nobody new in until it has recovered.", Later);

    public static Refusal NotReady(string? node) => new(
        StatusCodes.Status503ServiceUnavailable, HandshakeReason.NotReady, "Not ready", $"The server waits for {node ?? "its start"}.", Soon, node);

    private static Refusal Bad(int status, string title, string detail) => new(status, HandshakeReason.BadRequest, title, detail);

    private static Refusal TooMany(HandshakeReason reason, string title, string detail, (int, int) retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, reason, title, detail, retryAfter);
}
