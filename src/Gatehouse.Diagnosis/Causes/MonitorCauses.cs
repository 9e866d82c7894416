namespace Gatehouse.Diagnosis;

/// <summary>What can be wrong with a check itself, and with a dependency that is of no known kind.</summary>
internal static class MonitorCauses
{
    private static readonly string[] Refused = ["ConnectionRefused"];

    private static readonly Remedy Isolate = Do.Prevent("Test the check against a dependency that is away, slow, and wrong.", null);

    public static IReadOnlyList<Cause> Rows { get; } =
    [
        new("monitor.constructor", "A check cannot be constructed")
        {
            Needs = "`check_constructor`; or an exception of activation: `MissingMethodException`, `TypeInitializationException`, `TargetInvocationException`",
            Signatures = ["check_constructor", "MissingMethodException", "TypeInitializationException", "TargetInvocationException"],
            IsOwn = true,
            Why = "{node}'s check throws before it exists: in its constructor, or in that of something it asks for.",
            Lacks = "Checks are built when they first run; nothing builds them all once when the service is tested.",
            Remedies = [Do.Now("Roll back to the last revision.", "gcloud run services update-traffic <service> --to-revisions=<revision>=100", Owner.OnCall, Risk.Medium), Do.Next("Mend the constructor that the reason names.", null), Do.Prevent("Build every check in a test of the composition.", null)],
        },
        new("monitor.callback", "A monitor throws in a callback")
        {
            Needs = "`callback`; or a reason that names one",
            Signatures = ["callback"],
            IsOwn = true,
            Why = "A callback of {node}'s monitor throws; the supervisor starts the monitor again each time.",
            Lacks = "Monitors may run callbacks outside their supervisor; nothing requires that an exception there ends up with it.",
            Remedies = [Do.Now("Nothing for the process: the supervisor keeps it alive. A parked monitor is tried once a minute.", "curl <service>/ready", Owner.OnCall, Risk.None), Do.Next("Mend the callback that the reason names.", null), Isolate],
        },
        new("monitor.throwing", "A monitor throws")
        {
            Needs = "a signature that is the name of an exception which is not the world's, such as `NullReferenceException`; crashes may be counted",
            When = static clue => clue.Crashes,
            IsOwn = true,
            Why = "{node}'s check throws an exception that is its own fault, not the dependency's.",
            Lacks = "The check was never tried against a dependency that behaves as it does now.",
            Remedies = [Do.Now("Look at the exception in the reason; roll back if it came with this revision.", "gcloud run services update-traffic <service> --to-revisions=<revision>=100", Owner.OnCall, Risk.Medium), Do.Next("Mend the check.", null), Isolate],
        },
        new("monitor.hanging", "A check hangs")
        {
            Needs = "abandoned checks that have not ended; `timeout` at a node of no known kind",
            Borrows = ["timeout", "TimedOut", "TimeoutException", "connection", "slow"],
            When = static clue => clue.Kind is NodeKind.Other or NodeKind.Schema or NodeKind.Proof && clue.Node.Abandoned > 0,
            Why = "{node}'s check does not end, and does not heed its cancellation.",
            Lacks = "The check calls something that knows no deadline.",
            Remedies = [Do.Now("Nothing, if the dependency works; the hung checks are counted, three at most.", null, Owner.OnCall, Risk.None), Do.Next("Take a dump and look where the check stands.", "dotnet-stack report -p <pid>"), Do.Prevent("Give each call in the check a deadline.", null)],
        },
        new("monitor.parked", "A monitor has crashed too often and is parked")
        {
            Needs = "parked, and crashes counted",
            When = static clue => clue.Node is { IsParked: true, Restarts: > 0 },
            IsOwn = true,
            Why = "{node}'s monitor has crashed five times in a minute and is tried only rarely now.",
            Lacks = "The check was never tried against a dependency that behaves as it does now.",
            Remedies = [Do.Now("Look at the exception in the reason; the dependency itself may be well.", "curl <service>/ready", Owner.OnCall, Risk.None), Do.Next("Mend the check.", null), Isolate],
        },
        new("monitor.silent", "A monitor has fallen silent")
        {
            Needs = "unknown after it had run, while a second look finds its dependency well",
            When = static clue => clue.IsSilentButWell,
            Why = "{node}'s dependency is well, but the monitor says nothing any more.",
            Lacks = "A monitor can end without anybody starting it again.",
            Remedies = [Do.Now("Restart the instance.", null, Owner.OnCall, Risk.Medium), Do.Next("Take a dump before and look where the monitor stands.", "dotnet-dump collect -p <pid>"), Do.Prevent("Watch the age of each verdict.", null)],
        },
        Peer("dependency.refusing", "A dependency refuses connections", Refused, "What {node} connects to is there and refuses: nothing listens."),
        Peer("dependency.dns", "A dependency's name cannot be resolved", ["HostNotFound", "NoData", "TryAgain"], "The host name that {node} asks for is not known to DNS."),
        Peer("dependency.unreachable", "A dependency cannot be reached", ["TimedOut", "HostUnreachable", "NetworkUnreachable", "ConnectionReset"], "Packets from {node} do not arrive, or do not come back."),
        Peer("dependency.tls", "The encrypted connection to a dependency fails", ["tls", "certificate", "AuthenticationException"], "{node} and what it connects to do not agree on an encrypted connection."),
        Peer("dependency.unanswering", "A dependency does not answer", ["timeout", "TimeoutException"], "What {node} connects to does not answer in time."),
        Peer("dependency.flapping", "Connections to a dependency break again and again", ["break"], "The connections of {node} break again and again.", static clue => clue.Breaks >= 2),
    ];

    // For the graphs of others: a node whose kind nobody knows.
    private static Cause Peer(string code, string title, string[] signatures, string why, Func<Clue, bool>? when = null) => new(code, title)
    {
        Needs = string.Join(" or ", signatures.Select(static each => $"`{each}`")) + " at a node of no known kind, and no bad parent",
        Signatures = signatures,
        Homes = [NodeKind.Other],
        When = when,
        Why = why,
        Lacks = "The service has one such dependency, and none to go to while it is away.",
        Remedies =
        [
            Do.Now("Look whether it lives, and whether the address is right.", "nc -vz <host> <port>", Owner.OnCall, Risk.None),
            Do.Next("Start it, or correct the address.", null, Owner.Platform),
            Do.Prevent("Make the edge soft where the service can do without it.", null),
        ],
    };
}
