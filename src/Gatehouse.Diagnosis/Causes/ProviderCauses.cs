namespace Gatehouse.Diagnosis;

/// <summary>What can be wrong with a model's provider, told by the calls to it or by a node that watches it.</summary>
internal static class ProviderCauses
{
    private static readonly string[] Limited = ["agent_rate_limited", "status 429", "status 529"];
    private static readonly string[] Refused = ["agent_failed", "status 401", "status 402", "status 403", "status 404", "status 400"];
    private static readonly string[] Away = ["agent_unreachable", "status 500", "status 502", "status 503", "status 504", "HttpRequestException"];

    public static IReadOnlyList<Cause> Rows { get; } = [RateLimited(Limited, null), Refusing(Refused, null), Unreachable(Away, null), Slow([], static clue => clue.IsSlowProvider)];

    public static IReadOnlyList<Cause> AtNodes { get; } =
    [
        RateLimited(Limited, [NodeKind.Provider]),
        Refusing(Refused, [NodeKind.Provider]),
        Slow(["slow", "timeout", "TimeoutException"], static clue => clue.Has("slow"), [NodeKind.Provider]),
        Unreachable([.. Away, "ConnectionRefused", "HostNotFound", "TimedOut", "timeout", "TimeoutException", "TaskCanceledException"], [NodeKind.Provider]),
    ];

    private static Cause RateLimited(string[] signatures, NodeKind[]? homes) => new("provider.rate_limited", "The model's provider wants fewer requests")
    {
        Needs = Words(signatures),
        Signatures = signatures,
        Homes = homes ?? [],
        Why = "The provider of {node} refuses calls because there are too many.",
        Lacks = "Calls to the provider are not held to the rate that it grants.",
        Remedies =
        [
            Do.Now("Send less: lower the number of runs at once, or switch to another model.", "curl -sSI -H 'Authorization: Bearer <key>' <endpoint>/models", Owner.OnCall, Risk.Low),
            Do.Next("Ask the provider for a higher limit.", null, Owner.Vendor, Risk.None),
            Do.Prevent("Hold calls to the granted rate and name a second provider.", null),
        ],
    };

    private static Cause Refusing(string[] signatures, NodeKind[]? homes) => new("provider.refusing", "The model's provider refuses the calls")
    {
        Needs = Words(signatures),
        Signatures = signatures,
        Homes = homes ?? [],
        Why = "The provider of {node} answers and refuses: the key, the account, the model's name or the request.",
        Lacks = "The key and the model's name are not tried before the revision takes traffic.",
        Remedies =
        [
            Do.Now("Look at the status in the log and put the right key, account or model.", "curl -H 'Authorization: Bearer <key>' <endpoint>/models", Owner.OnCall, Risk.Low),
            Do.Next("Start a new revision with it.", null, Owner.OnCall, Risk.Medium),
            Do.Prevent("Try each agent once on the candidate revision.", null, Owner.Platform),
        ],
    };

    private static Cause Unreachable(string[] signatures, NodeKind[]? homes) => new("provider.unreachable", "The model's provider cannot be reached or is overloaded")
    {
        Needs = Words(signatures),
        Signatures = signatures,
        Homes = homes ?? [],
        Why = "Calls to the provider of {node} do not arrive, or are not answered.",
        Lacks = "Each agent has one provider, and none to go to while it is away.",
        Remedies =
        [
            Do.Now("Look at the provider's status page and at the way out of the network.", "curl -sS -o /dev/null -w '%{http_code}' <endpoint>", Owner.OnCall, Risk.None),
            Do.Next("Switch to another provider.", null, Owner.Developers, Risk.Low),
            Do.Prevent("Name a second provider for each agent.", null),
        ],
    };

    private static Cause Slow(string[] signatures, Func<Clue, bool> when, NodeKind[]? homes = null) => new("provider.slow", "The model's provider is slow")
    {
        Needs = "half of the calls say their first word later than the limit (default 10 s); at a node `slow`, alone or before `timeout`",
        Signatures = signatures,
        Homes = homes ?? [],
        When = when,
        Why = "The provider of {node} answers, and much later than it should.",
        Lacks = "Nothing chooses a faster model, or tells the user, when a provider is slow.",
        Remedies =
        [
            Do.Now("Switch to a faster model or region.", "curl -sS -o /dev/null -w '%{time_starttransfer}' <endpoint>", Owner.OnCall, Risk.Low),
            Do.Next("Ask the provider.", null, Owner.Vendor, Risk.None),
            Do.Prevent("Alert on the time to the first word.", null, Owner.Platform),
        ],
    };

    private static string Words(string[] signatures) => string.Join(" or ", signatures.Select(static each => $"`{each}`"));
}
