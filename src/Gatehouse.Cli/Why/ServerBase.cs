using System.Diagnostics.CodeAnalysis;
using Gatehouse.Client;

namespace Gatehouse.Cli.Why;

/// <summary>Where the HTTP of a server begins, from any address that the other commands take as well.</summary>
internal static class ServerBase
{
    private const string Socket = "/ws";

    /// <summary>User, password and query are left out: they belong to no message.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? address)
    {
        address = null;
        if (!ServerAddress.TryParse(text, out var server)) return false;
        var path = server.AbsolutePath.EndsWith(Socket, StringComparison.Ordinal) ? server.AbsolutePath[..^Socket.Length] : server.AbsolutePath;
        address = new UriBuilder(server.Scheme is "wss" ? "https" : "http", server.Host, server.Port, $"{path.TrimEnd('/')}/").Uri;
        return true;
    }
}
