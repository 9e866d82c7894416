using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Client;

/// <summary>Reads what a person types as a server's address.</summary>
public static class ServerAddress
{
    /// <summary>
    /// Accepts <c>ws</c>, <c>wss</c>, <c>http</c> and <c>https</c> addresses and a bare <c>host:port</c>; without a path it is <c>/ws</c>.
    /// What looks like a mistyped one (<c>ws:/host</c>, an @ in the path) is refused: the password in it would be sent and shown as a path.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? server)
    {
        server = null;
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"ws://{text}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri)) return false;
        var scheme = uri.Scheme switch { "ws" or "http" => "ws", "wss" or "https" => "wss", _ => null };
        if (scheme is null || uri.Host.Length is 0 || uri.AbsolutePath.Contains('@', StringComparison.Ordinal)) return false;
        // A scheme without its slashes is a host, and what follows it a user.
        if (full.Length > text.Length && (uri.UserInfo.Length > 0 || uri.Host is "ws" or "wss" or "http" or "https")) return false;
        server = new UriBuilder(uri) { Scheme = scheme, Path = uri.AbsolutePath is "/" ? "/ws" : uri.AbsolutePath }.Uri;
        return true;
    }
}
