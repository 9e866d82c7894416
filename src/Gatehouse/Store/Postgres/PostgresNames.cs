using System.Globalization;
using System.Net;

namespace Gatehouse.Store.Postgres;

/// <summary>
/// Whether a host, a user, a database or a file can be one. Those that can are shown to people; one that cannot is refused unseen: it
/// may be a whole address in a form that is not ours, with its password.
/// </summary>
internal static class PostgresNames
{
    /// <summary>A Unix socket: by the directory that it is in, or abstract.</summary>
    public static bool IsSocket(string host) => host.StartsWith('/') || host.StartsWith('@');

    /// <param name="hosts">One, or several with commas.</param>
    public static bool AreHosts(string hosts) => hosts.Split(',').All(host => IsSocket(host) ? IsPath(host) && !host.AsSpan(1).Contains('@') : IsTcp(host));

    public static bool IsUser(string name) => IsPlain(name) && !name.AsSpan().ContainsAny(':', ';');

    public static bool IsDatabase(string name) => IsUser(name);

    public static bool IsPath(string path) => IsPlain(path) && !path.Contains("://", StringComparison.Ordinal) && !path.Any(char.IsWhiteSpace);

    private static bool IsPlain(string text) => !text.Any(static each => char.IsControl(each) || each == '=');

    // db, db:5432, 10.0.0.1, ::1, [::1]:5432
    private static bool IsTcp(string host)
    {
        if (IPAddress.TryParse(host, out _)) return true;
        var colon = host.LastIndexOf(':');
        if (colon >= 0 && !(ushort.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)) return false;
        var name = colon >= 0 ? host[..colon] : host;
        return name.Length > 0 && name.All(static each => char.IsLetterOrDigit(each) || each is '.' or '-' or '_');
    }
}
