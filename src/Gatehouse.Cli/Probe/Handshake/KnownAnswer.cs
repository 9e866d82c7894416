namespace Gatehouse.Cli.Probe;

/// <summary>An answer that platforms and proxies are known to give, and what it means.</summary>
/// <param name="Name">For machines: who speaks, and what it says.</param>
internal sealed record KnownAnswer(string Name, string Means)
{
    // Cloud Run's front end sends these texts, or only short ones, and logs the long ones; the longer text comes first.
    private static readonly (int[] Statuses, string Text, KnownAnswer Answer)[] Bodies =
    [
        ([429, 500], "no available instance", new("cloudrun.no_instance", "Cloud Run had no instance for it: the limit of instances is reached, or scaling out is too slow")),
        ([429], "Rate exceeded.", new("cloudrun.rate_exceeded", "Cloud Run had no instance for it: the limit of instances is reached, or scaling out is too slow")),
        ([500, 503], "instance could not start successfully", new("cloudrun.start_failed", "Cloud Run started an instance and it did not become healthy")),
        ([503], "HTTP response was malformed or connection to the instance had an error",
            new("cloudrun.malformed_response", "Cloud Run lost the instance: it crashed, ran out of memory, was killed by its liveness probe, or does not serve yet")),
        ([503], "reached its maximum container instance limit", new("cloudrun.instance_limit", "Cloud Run's instances are all full: raise their number or their concurrency")),
        ([500, 503], "using too much memory and was terminated", new("cloudrun.out_of_memory", "Cloud Run ended the instance: it used more memory than its limit")),
        ([504], "reached the maximum request timeout", new("cloudrun.request_timeout", "Cloud Run's request timeout is over: the upgrade was never answered")),
        ([504], "upstream request timeout", new("cloudrun.request_timeout", "the front end's request timeout is over: the upgrade was never answered")),
        ([401, 403], "not authorized to invoke this service", new("cloudrun.unauthorised", "Cloud Run's IAM does not let the caller in")),
        ([401, 403], "The request was not authenticated", new("cloudrun.unauthorised", "Cloud Run's IAM does not let the caller in: allow public access, or send an identity token")),
        ([401, 403], "does not have permission to get URL", new("cloudrun.unauthorised", "Cloud Run's IAM does not let the caller in")),
        ([404], "Error 404 (Not Found)!!1", new("cloudrun.not_found", "Google's front end knows no such service: a wrong URL, an ingress restriction, or a reserved path")),
        ([503], "no healthy upstream", new("envoy.no_upstream", "Envoy has no healthy backend")),
        ([503], "upstream connect error or disconnect/reset before headers", new("envoy.connect_failed", "Envoy could not reach the backend")),
        ([400], "plain HTTP request was sent to HTTPS port", new("nginx.https_port", "the port speaks TLS: the address should begin with wss")),
        ([400], "sent an HTTP request to an HTTPS server", new("go.https_port", "the port speaks TLS: the address should begin with wss")),
        ([400], "speaking plain HTTP to an SSL-enabled server port", new("apache.https_port", "the port speaks TLS: the address should begin with wss")),
        ([502], "<center>nginx", new("nginx.bad_gateway", "nginx could not reach the backend")),
        ([503], "<center>nginx", new("nginx.unavailable", "nginx has no backend")),
        ([504], "<center>nginx", new("nginx.gateway_timeout", "the backend behind nginx did not answer: perhaps proxy_http_version 1.1 and the upgrade headers are missing")),
        ([404], "default backend - 404", new("kubernetes.no_route", "the ingress has no rule for this host and path")),
        ([400], "Transport unknown", new("socketio.transport", "it is Socket.IO: add ?EIO=4&transport=websocket to the address")),
    ];

    private static readonly KnownAnswer CloudRunUnavailable =
        new("cloudrun.unavailable", "Cloud Run's front end could not pass it on: the instance crashed, is full, or does not serve yet (its log has the long text)");

    /// <summary>Null if it is nothing known.</summary>
    public static KnownAnswer? Of(HttpHead head, string body)
    {
        foreach (var (statuses, text, answer) in Bodies)
            if (statuses.Contains(head.Status) && body.Contains(text, StringComparison.OrdinalIgnoreCase) && MayBe(answer, head)) return answer;
        return head.Status is 503 && body.Trim() is "Service Unavailable" && head["Server"] is "Google Frontend" ? CloudRunUnavailable : null;
    }

    // Others say the same few words; whose front end it is, it tells, unless something on the way has taken that away.
    private static bool MayBe(KnownAnswer answer, HttpHead head) =>
        !answer.Name.StartsWith("cloudrun.", StringComparison.Ordinal) || head["Server"] is not { } server || server.Contains("Google", StringComparison.Ordinal);
}
