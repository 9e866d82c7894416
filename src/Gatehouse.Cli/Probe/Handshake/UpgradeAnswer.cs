using System.Text.Json;

namespace Gatehouse.Cli.Probe;

/// <summary>What the service has answered to an upgrade.</summary>
internal sealed record UpgradeAnswer(HttpHead Head, string Body, FrameStream? Frames)
{
    private const int LongestBodyBytes = 16 * 1024;
    private static readonly TimeSpan BodyPatience = TimeSpan.FromSeconds(2);

    public int Status => Head.Status;

    /// <summary>The subprotocol that the service chose.</summary>
    public string? Subprotocol => Head["Sec-WebSocket-Protocol"] is { Length: > 0 } chosen ? chosen : null;

    /// <summary>What a Gatehouse says about its refusal; null if it is not one's.</summary>
    public GatehouseRefusal? Refusal => field ??= GatehouseRefusal.Read(Body);

    /// <summary>Asks over this connection. What is no 101, or not the right one, is returned or thrown, see <see cref="UpgradeRequest.Check"/>.</summary>
    public static async Task<UpgradeAnswer> AskAsync(Connection connection, UpgradeRequest request, TimeProvider clock, CancellationToken cancellationToken)
    {
        await connection.Stream.WriteAsync(request.ToBytes(), cancellationToken);
        var reader = new HttpReader(connection.Stream);
        var head = await reader.ReadHeadAsync(cancellationToken);
        if (head.Status is 101) return new(head, "", new(connection.Stream, reader.TakeRest()));
        using var patience = new CancellationTokenSource(BodyPatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        return new(head, await reader.ReadBodyAsync(head, LongestBodyBytes, either.Token), null);
    }
}

/// <summary>The problem document of a Gatehouse that refuses (docs/protocol.md §1).</summary>
internal sealed record GatehouseRefusal(string Reason, string? Detail, string? Node)
{
    private static readonly string[] Reasons = ["bad_request", "too_many_handshakes", "too_many_connections", "not_ready", "draining"];

    /// <summary>Null if the body is something else.</summary>
    public static GatehouseRefusal? Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var problem = json.RootElement;
            return Text(problem, "title") is not null && Text(problem, "reason") is { } reason && Reasons.Contains(reason)
                ? new(reason, Text(problem, "detail"), Text(problem, "node"))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
