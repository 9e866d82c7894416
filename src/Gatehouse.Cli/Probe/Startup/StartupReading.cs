using System.Text.Json;

namespace Gatehouse.Cli.Probe;

/// <summary>What <c>/startup</c> of the same authority says: the service's view of itself.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Status">The HTTP status; null if there was no answer, then <paramref name="Fault"/> says why.</param>
internal sealed record StartupReading(DateTimeOffset At, int? Status, string? Fault = null)
{
    /// <summary><c>ready</c>, <c>not_ready</c> or <c>error</c>; null if the answer is none of a start-up probe of ours.</summary>
    public string? Verdict { get; init; }

    /// <summary>The fault that waiting cannot mend.</summary>
    public string? Error { get; init; }

    public IReadOnlyList<StartupNode> Nodes { get; init; } = [];

    /// <summary>Whether it is the answer of a Gatehouse's readiness library, which other services use too.</summary>
    public bool IsOurs => Verdict is not null;

    /// <summary>The first required node that is not up.</summary>
    public StartupNode? FirstDown => Nodes.FirstOrDefault(node => node.IsRequired && node.State is not ("ready" or "degraded"));

    /// <summary>Reads the body of an answer. Every text of it is cleaned.</summary>
    public static StartupReading Read(DateTimeOffset at, int status, string body, Secrets secrets)
    {
        var reading = new StartupReading(at, status);
        try
        {
            using var json = JsonDocument.Parse(body);
            var answer = new Fields(json.RootElement, secrets);
            if (answer.Text("status") is not ("ready" or "not_ready" or "error")) return reading;
            return reading with { Verdict = answer.Text("status"), Error = answer.Text("error"), Nodes = [.. answer.Items("nodes").Select(Node)] };
        }
        catch (JsonException)
        {
            return reading;
        }
    }

    private static StartupNode Node(Fields node) => new(node.Text("name") ?? "", node.Text("state") ?? "")
    {
        IsRequired = !node.Is("required", JsonValueKind.False),
        Reason = node.Text("reason"),
        Since = DateTimeOffset.TryParse(node.Text("since"), System.Globalization.CultureInfo.InvariantCulture, out var since) ? since : null,
        WaitingOn = node.Texts("waitingOn"),
    };

    /// <summary>A JSON object of a peer, of which nothing may be expected.</summary>
    private readonly struct Fields(JsonElement json, Secrets secrets)
    {
        private const int MostItems = 1000;

        public string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? secrets.Clean(value.GetString()!) : null;

        public bool Is(string name, JsonValueKind kind) => Find(name)?.ValueKind == kind;

        public IReadOnlyList<string> Texts(string name)
        {
            var cleaning = secrets;
            return [.. Elements(name).Where(item => item.ValueKind is JsonValueKind.String).Select(item => cleaning.Clean(item.GetString()!))];
        }

        public IReadOnlyList<Fields> Items(string name)
        {
            var cleaning = secrets;
            return [.. Elements(name).Select(item => new Fields(item, cleaning))];
        }

        private IEnumerable<JsonElement> Elements(string name) =>
            Find(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().Take(MostItems) : [];

        private JsonElement? Find(string name) =>
            json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;
    }
}

/// <summary>One node of the service's graph, as its start-up probe tells.</summary>
internal sealed record StartupNode(string Name, string State)
{
    public bool IsRequired { get; init; } = true;
    public string? Reason { get; init; }
    public DateTimeOffset? Since { get; init; }
    public IReadOnlyList<string> WaitingOn { get; init; } = [];
}
