namespace Gatehouse.Diagnosis;

/// <summary>What stands between a client and the process: names, networks, load balancers, ingress rules.</summary>
internal static class EdgeCauses
{
    private static readonly Remedy Lint = Do.Prevent("Lint the manifest in the pipeline.", "gatehouse lint --strict service.yaml", Owner.Platform);

    private static readonly Remedy Verify = Do.Prevent("Verify over a WebSocket, by the public address, before traffic.", "gatehouse deploy -f service.yaml --image <image>", Owner.Platform);

    public static IReadOnlyList<Cause> Rows { get; } =
    [
        At("outside.dns", "The service's name cannot be resolved", ProbeLayer.Dns, "The name of the service is not known to DNS where the client is.",
            "Nothing asks for the name from outside.",
            Do.Now("Correct the record.", "getent hosts <host>", Owner.Platform), Do.Next("Look for what changed it.", null, Owner.Platform, Risk.None)),
        At("outside.unreachable", "The service's address takes no connection", ProbeLayer.Tcp, "The address of the service refuses connections, or does not answer.",
            "What listens at the public address is changed without being asked from outside.",
            Do.Now("Look whether the load balancer or the instance listens.", "nc -vz <host> <port>", Owner.Platform, Risk.None), Do.Next("Undo the latest change of the network.", null, Owner.Platform, Risk.Medium)),
        At("outside.tls", "The service's certificate is not trusted", ProbeLayer.Tls, "The encrypted connection to the service fails before a request is made.",
            "Nothing watches when the certificate ends.",
            Do.Now("Look at the certificate.", "openssl s_client -connect <host>:443 -servername <host>", Owner.Platform, Risk.None), Do.Next("Renew it.", null, Owner.Platform)),
        new("platform.http2_end_to_end", "The platform speaks HTTP/2 to the service")
        {
            Needs = "HTTP/2 end to end is on, and the upgrade fails",
            Shows = static scene => scene.Given.Platform?.IsHttp2EndToEnd == true && scene.FailsAt(ProbeLayer.Upgrade) ? scene.AtUpgrade("the platform speaks HTTP/2 to the service") : null,
            Why = "The platform turns each request into HTTP/2, which has no upgrade of HTTP/1.1.",
            Lacks = "The port's name in the manifest decides the protocol, and nothing says that WebSockets are lost by it.",
            Remedies = [Do.Now("Take h2c away as the port's name.", "gcloud run services update <service> --no-use-http2", Owner.OnCall, Risk.Medium), Do.Next("Look whether something needs HTTP/2.", null), Lint],
        },
        Status("platform.unauthorised", "The platform asks for authorisation", 401, "The platform asks for a token before a request reaches the service."),
        Status("platform.forbidden", "The platform forbids the request", 403, "The platform's rules of access or ingress turn the request away before it reaches the service."),
        Status("platform.not_found", "The platform does not know the address", 404, "The platform has no service, host or path by that name for who asks from there."),
        new("platform.upgrade_stripped", "A hop takes the upgrade out of the request")
        {
            Needs = "the upgrade is answered with 426, 400 or 200, or with a wrong accept key; or the front door refuses for `bad_request` what a probe asked rightly",
            Shows = static scene => scene.UpgradeStatus is 426 or 400 or 200 || scene.UpgradeSignature is "accept key" ? scene.AtUpgrade("the upgrade's headers do not arrive") : null,
            Why = "Something between client and process forwards the request without Upgrade and Connection.",
            Lacks = "The hop is not told to pass WebSockets, and plain requests do not show it.",
            Remedies = [Do.Now("Tell the hop to pass Upgrade and Connection over HTTP/1.1.", "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;", Owner.Platform, Risk.Medium), Do.Next("Probe each hop on its own.", "gatehouse probe <url>", Owner.Platform, Risk.None), Verify],
        },
        new("platform.malformed_response", "The response does not get through the platform")
        {
            Needs = "`malformed_response`, or 502 that the service did not give",
            Shows = static scene => scene.Line("malformed_response") ?? (scene is { IsOurs: false, UpgradeStatus: 502 } ? scene.AtUpgrade("the platform could not read the response") : null),
            Why = "The platform cannot make sense of what the service answers, or the connection broke in the middle.",
            Lacks = "Service and platform do not agree on the protocol, and nothing tries it before traffic.",
            Remedies = [Do.Now("Roll back to the last good revision.", "gcloud run services update-traffic <service> --to-revisions=<revision>=100", Owner.OnCall, Risk.Medium), Do.Next("Ask the instance itself.", "gatehouse probe ws://<instance>/ws"), Verify],
        },
        new("platform.request_timeout", "The platform ends requests at its time limit")
        {
            Needs = "`request_timeout`, or 504 that the service did not give, or a socket cut at the platform's request limit",
            Shows = static scene => scene.Line("request_timeout") ?? (scene is { IsOurs: false, UpgradeStatus: 504 } ? scene.AtUpgrade("the platform's time was over") : scene.CutAt(scene.Given.Platform?.RequestTimeout)),
            Why = "A socket is one request to the platform, and it ends each at its limit.",
            Lacks = "The limit is shorter than sockets live, and nothing compares the two.",
            Remedies = [Do.Now("Raise the limit.", "gcloud run services update <service> --timeout=3600", Owner.OnCall, Risk.Low), Do.Next("Have clients resume: a cut costs them nothing then.", null), Lint],
        },
        new("platform.backend_timeout", "A load balancer ends sockets at its backend's limit")
        {
            Needs = "`backend_timeout`, or a socket cut while the platform's own limit is longer or unknown",
            Shows = static scene => scene.Line("backend_timeout") ?? scene.CutEarly,
            Why = "A load balancer ends each socket at the time limit of its backend, often 30 s.",
            Lacks = "The load balancer's limit is set for plain requests and unknown to the service.",
            Remedies = [Do.Now("Raise the backend's time limit.", "gcloud compute backend-services update <backend> --timeout=3600", Owner.Platform, Risk.Low), Do.Next("Measure how long sockets live.", null, Owner.Developers, Risk.None), Do.Prevent("Hold a socket for longer than the limit when a revision is verified.", "gatehouse probe --hold 60 <url>", Owner.Platform)],
        },
    ];

    private static Cause At(string code, string title, ProbeLayer layer, string why, string lacks, Remedy now, Remedy next) => new(code, title)
    {
        Needs = $"the probe from outside fails at {layer.ToString().ToLowerInvariant()}",
        Shows = scene => scene.FailsAt(layer) ? scene.AtFailure() : null,
        Why = why,
        Lacks = lacks,
        Remedies = [now, next, Do.Prevent("Probe the public address all the time.", "gatehouse probe <url>", Owner.Platform)],
    };

    private static Cause Status(string code, string title, int status, string why) => new(code, title)
    {
        Needs = $"the upgrade is answered with {status}, and not by the service",
        Shows = scene => !scene.IsOurs && scene.UpgradeStatus == status ? scene.AtUpgrade($"the platform answers {status}") : null,
        Why = why,
        Lacks = "Rules of access are set beside the service, and nothing asks as a client does after a change.",
        Remedies =
        [
            Do.Now("Correct the rule: who may invoke the service, and from where.", "gcloud run services get-iam-policy <service>", Owner.Platform, Risk.Medium),
            Do.Next("Look at the ingress setting and the routes.", "gcloud run services describe <service>", Owner.Platform, Risk.None),
            Verify,
        ],
    };
}
