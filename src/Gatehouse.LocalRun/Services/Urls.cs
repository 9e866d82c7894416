namespace Gatehouse.LocalRun.Services;

/// <summary>Where services and tags are reached. Browsers and resolvers take every name under <c>localhost</c> for this machine (RFC 6761).</summary>
internal sealed class Urls(int port)
{
    private const string Domain = ".localhost";
    private const string TagEnd = "---";

    public string OfService(string service) => FormattableString.Invariant($"http://{service}{Domain}:{port}");

    public string OfTag(string tag, string service) => OfService($"{tag}{TagEnd}{service}");

    /// <summary>Which service, and by which tag, a <c>Host</c> without its port means; null if it is no service's.</summary>
    public static (string Service, string? Tag)? Read(string host)
    {
        if (!host.EndsWith(Domain, StringComparison.OrdinalIgnoreCase)) return null;
        var name = host[..^Domain.Length].ToLowerInvariant();
        var end = name.IndexOf(TagEnd, StringComparison.Ordinal);
        return end > 0 ? (name[(end + TagEnd.Length)..], name[..end]) : (name, null);
    }
}
