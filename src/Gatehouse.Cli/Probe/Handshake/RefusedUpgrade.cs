using System.Net;

namespace Gatehouse.Cli.Probe;

/// <summary>What an answer other than 101 means.</summary>
internal static class RefusedUpgrade
{
    public static LayerException Explain(UpgradeAnswer answer, KnownAnswer? known)
    {
        if (IsHttp2Only(answer)) return ForeignAnswer.Http2Only(FormattableString.Invariant($"it answers {answer.Status}"));
        if (known is { Name: "nginx.https_port" or "go.https_port" or "apache.https_port" }) return new("tls expected", known.Means);
        var status = FormattableString.Invariant($"{answer.Status} {(HttpStatusCode)answer.Status}");
        return new(FormattableString.Invariant($"status {answer.Status}"), $"{status}: {Meaning(answer, known)}");
    }

    private static string Meaning(UpgradeAnswer answer, KnownAnswer? known) => answer switch
    {
        { Refusal: { Node: { } node } refusal } => $"the Gatehouse refuses ({refusal.Reason}): it waits for node '{node}'",
        { Refusal: { } refusal } => $"the Gatehouse refuses ({refusal.Reason}): {refusal.Detail}",
        _ when known is not null => known.Means,
        { Status: >= 300 and < 400 } when answer.Head["Location"] is { } location => $"it redirects to {WithoutQuery(location)}; redirects are not followed",
        { Status: >= 200 and < 300 } => "it answers as to a plain request: there is no WebSocket at this path, or a proxy on the way drops the upgrade",
        { Status: 400 } => "it takes the handshake for wrong: a proxy on the way may drop the upgrade's headers, or a query or subprotocol is missing",
        { Status: 401 } => "it wants credentials",
        { Status: 403 } => "it lets this caller or this origin not in",
        { Status: 404 } => "there is nothing at this path",
        { Status: 405 } => "there is something at this path, but no WebSocket",
        { Status: 426 } => "it wants another kind of upgrade, or a proxy on the way drops the upgrade's headers",
        { Status: 429 } => "too many requests or connections",
        { Status: 502 or 504 } => "a proxy on the way gets no answer from the service",
        { Status: 503 } => "the service, or a proxy before it, is not ready or overloaded",
        _ => "it refuses the upgrade",
    };

    private static bool IsHttp2Only(UpgradeAnswer answer) => answer.Status switch
    {
        505 => true,
        426 => answer.Head["Upgrade"] is { } wanted && (wanted.Contains("h2", StringComparison.OrdinalIgnoreCase) || wanted.Contains("HTTP/2", StringComparison.OrdinalIgnoreCase)),
        400 => answer.Body.Contains("sent to an HTTP/2 only endpoint", StringComparison.Ordinal),
        _ => false,
    };

    private static string WithoutQuery(string location)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out var uri)) return location.Split('?', '#')[0];
        return uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
    }
}
