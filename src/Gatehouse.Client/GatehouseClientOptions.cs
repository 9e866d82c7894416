using System.Net.WebSockets;
using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>How a <see cref="GatehouseClient"/> connects. One instance may serve any number of clients.</summary>
public sealed record GatehouseClientOptions
{
    /// <summary>Sent with every upgrade, for example <c>Authorization</c>. None by default.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Offered with every upgrade. Default <c>gatehouse.v1</c>; empty: none is offered.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [Limits.Subprotocol];

    /// <summary>Called before every upgrade, after the headers: the place for a fresh token, a proxy, a certificate.</summary>
    public Action<ClientWebSocketOptions>? Configure { get; init; }

    /// <summary>
    /// Called when the server closed with 4300-4399: fetches a new token for <see cref="Configure"/> to use. Without it, or when it
    /// throws, the client stops.
    /// </summary>
    public Func<CancellationToken, Task>? RefreshToken { get; init; }

    /// <summary>How long an upgrade may take. Default 30 s, because a server that starts may hold it for 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server may take to answer a close. Default 2 s; then the connection is dropped.</summary>
    public TimeSpan CloseTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(2);

    /// <summary>The longest message that is read. Default 16 MiB; a longer one drops the connection.</summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Called with the number of the connection and each message of the server, before it is understood: for recorders and checkers. Runs
    /// on the receiving task of that connection; the bytes are valid only during the call.
    /// </summary>
    public Action<int, ReadOnlyMemory<byte>>? OnRawMessage { get; init; }

    /// <summary>
    /// Called with every event, in order, while the client's lock is held: must be quick, must not block and must not throw. It may
    /// call the client.
    /// </summary>
    public Action<ClientEvent>? OnEvent { get; init; }

    /// <summary>The source of time. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Uniform in [0, 1), for delays. Default: the shared generator.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    private static TimeSpan Positive(TimeSpan value) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time must be positive.");
}
