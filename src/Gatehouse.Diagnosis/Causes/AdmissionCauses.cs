namespace Gatehouse.Diagnosis;

/// <summary>Why the front door of a ready instance lets nobody in.</summary>
internal static class AdmissionCauses
{
    /// <summary>A door that opens does so within this time of the graph. Default 5 s: it takes milliseconds.</summary>
    private static readonly TimeSpan OpensWithin = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<Cause> Rows { get; } =
    [
        new("admission.draining", "A drain is under way")
        {
            Needs = "the instance drains, or refuses for `draining`",
            Shows = static scene => scene.IsDraining
                ? Finding.Of(EvidenceSource.Admission, $"the instance drains{Because(scene.Given.Graph?.Withdrawn)}", scene.DrainSince)
                : null,
            Why = "The instance is going away, and refuses newcomers so that they go to another one.",
            Lacks = "Newcomers are still sent to an instance that has withdrawn itself.",
            Remedies =
            [
                Do.Now("See that another instance serves; newcomers come back to it by themselves.", "curl <service>/api/status", Owner.OnCall, Risk.None),
                Do.Next("Look why the router still sends here: it needs a readiness probe.", null, Owner.Platform, Risk.None),
                Do.Prevent("Give the service a readiness probe at /ready.", null, Owner.Platform),
            ],
        },
        new("admission.full", "The instance has as many connections as it may have")
        {
            Needs = "refusals for `too_many_connections` in the last minute, or the limit is reached",
            Shows = static scene => scene.IsFull
                ? scene.Refused("too_many_connections") ?? Finding.Of(EvidenceSource.Admission, $"{scene.Admission!.Open} of {scene.Admission.MostOpen} connections are open", scene.Admission.Since)
                : null,
            Why = "More clients want to be connected than the limit allows.",
            Lacks = "Instances are not added before the limit is reached: the platform counts something else than connections.",
            Remedies =
            [
                Do.Now("Add instances, or raise the limit if memory allows it.", "gcloud run services update <service> --max-instances=<more>", Owner.OnCall, Risk.Low),
                Do.Next("Look whether one client has many connections.", "curl <service>/api/status", Owner.OnCall, Risk.None),
                Do.Prevent("Set the platform's concurrency below the limit, so that it adds instances first.", null, Owner.Platform),
            ],
        },
        new("admission.rate_limited", "Clients connect faster than they may")
        {
            Needs = "refusals for `too_many_handshakes` in the last minute",
            Shows = static scene => scene.Refused("too_many_handshakes"),
            Why = "More handshakes come in a second than the instance, or one client, may have.",
            Lacks = "Clients come back all at once: their reconnection has no spread.",
            Remedies =
            [
                Do.Now("Wait: who is told when to come back does.", "curl <service>/metrics", Owner.OnCall, Risk.None),
                Do.Next("Find the client that does not wait.", null),
                Do.Prevent("Use a client that waits with full jitter.", null),
            ],
        },
        new("admission.origin", "Pages of a foreign origin are refused")
        {
            Needs = "the service itself answers the upgrade with 403",
            Shows = static scene => scene is { IsOurs: true, UpgradeStatus: 403 } ? scene.AtUpgrade("the service refuses the page's origin") : null,
            Why = "The page's origin is not among those that the service lets in.",
            Lacks = "The list of origins is written by hand beside the addresses of the pages.",
            Remedies = [Do.Now("Add the origin.", "Chat__AllowedOrigins__0=https://<host>", Owner.OnCall, Risk.Low), Do.Next("Look for other pages that use the service.", null, Owner.Developers, Risk.None), Do.Prevent("Probe from each page's origin after a deployment.", null, Owner.Platform)],
        },
        new("admission.credentials", "The service refuses the credentials")
        {
            Needs = "the service itself answers the upgrade with 401",
            Shows = static scene => scene is { IsOurs: true, UpgradeStatus: 401 } ? scene.AtUpgrade("the service refuses the credentials") : null,
            Why = "The client's token is missing, has run out, or is of another issuer.",
            Lacks = "A change of keys or issuer is not tried with a real token before traffic comes.",
            Remedies = [Do.Now("Get a new token; compare its issuer and audience with the configuration.", null, Owner.OnCall, Risk.None), Do.Next("Look at the clocks of both sides.", "date -u", Owner.Platform, Risk.None), Do.Prevent("Verify the candidate revision with a real token.", null, Owner.Platform)],
        },
        new("admission.hold_full", "As many upgrades wait as may")
        {
            Needs = "upgrades held reach the most that may be held, while the graph is ready",
            Shows = static scene => scene is { IsReadyInside: true, Admission: { MostHeld: > 0 and { } most, Held: var held, Door: not Door.Open } } && held >= most
                ? Finding.Of(EvidenceSource.Admission, $"{held} upgrades wait, the most that may", scene.Admission.Since)
                : null,
            Why = "Upgrades that wait fill the place for them, and the graph has been ready for a while.",
            Lacks = "What opens the door did not see that the graph is ready; nothing compares the two.",
            Remedies = [Do.Now("Restart the instance.", "gatehouse-server drain --revision <revision>", Owner.OnCall, Risk.Medium), Do.Next("Look for the lost signal in the log.", null), Do.Prevent("Alert on upgrades held while ready.", null, Owner.Platform)],
        },
        new("admission.never_opened", "The front door did not open")
        {
            Needs = "the graph is ready for 5 s and more; the door is not open",
            Shows = static scene => scene is { IsReadyInside: true, IsDraining: false, Admission: { Door: not null and not Door.Open } } && scene.ReadyFor >= OpensWithin
                ? Finding.Of(EvidenceSource.Admission, $"the graph is ready, and the front door is {(scene.Admission.Door == Door.Holding ? "holding" : "closed")}", scene.Admission.Since)
                : null,
            Why = "The graph is ready, and the front door has not heard of it.",
            Lacks = "What opens the door depends on one signal, and nothing compares the door with the graph.",
            Remedies = [Do.Now("Restart the instance.", "gatehouse-server drain --revision <revision>", Owner.OnCall, Risk.Medium), Do.Next("Look for the lost signal in the log.", null), Do.Prevent("Alert on refusals while ready.", null, Owner.Platform)],
        },
    ];

    private static string Because(string? why) => why is null ? "" : $": {why}";
}
