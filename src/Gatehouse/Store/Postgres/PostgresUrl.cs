using System.Globalization;

namespace Gatehouse.Store.Postgres;

/// <summary>
/// Reads <c>postgres://user:password@host:port/database?name=value</c>, as libpq defines it, into Npgsql's settings:
/// several hosts with commas, IPv6 in brackets, a socket's directory as <c>?host=/cloudsql/…</c>, all parts percent-encoded.
/// </summary>
internal static class PostgresUrl
{
    private const string Encode = "In a URL, characters such as / @ : # ? % in the password must be percent-encoded.";

    // libpq's names and those of Npgsql; any other name is taken for one of Npgsql's own.
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["channel_binding"] = "Channel Binding",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["target_session_attrs"] = "Target Session Attributes",
    };

    public static List<(string Name, string Value)> Parse(string url, List<string> errors)
    {
        var settings = new List<(string, string)>();
        var rest = url.AsSpan();
        if (rest.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)) rest = rest["postgres://".Length..];
        else if (rest.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase)) rest = rest["postgresql://".Length..];
        else
        {
            errors.Add("has a scheme other than postgres:// or postgresql://.");
            return settings;
        }
        try
        {
            var query = Cut(ref rest, '?');
            var database = Cut(ref rest, '/');
            var at = rest.LastIndexOf('@');
            if (at >= 0) AddUser(rest[..at], settings);
            AddHosts(rest[(at + 1)..].ToString(), settings);
            if (database.IndexOfAny('@', '/') >= 0) throw new FormatException("has an @ or a / behind the name of the database.");
            if (database.Length > 0) settings.Add(("Database", Decode(database)));
            foreach (var part in query.ToString().Split('&', StringSplitOptions.RemoveEmptyEntries)) AddParameter(part, settings);
        }
        catch (FormatException mistake)
        {
            errors.Add($"{mistake.Message} {Encode}");
            settings.Clear();
        }
        return settings;
    }

    private static void AddUser(ReadOnlySpan<char> user, List<(string, string)> settings)
    {
        var password = Cut(ref user, ':');
        if (user.Length > 0) settings.Add(("Username", Decode(user)));
        if (password.Length > 0) settings.Add(("Password", Decode(password)));
    }

    private static void AddHosts(string hosts, List<(string, string)> settings)
    {
        if (hosts.Length == 0) return;
        var all = Array.ConvertAll(hosts.Split(','), ParseHost);
        if (all is [var (host, port)])
        {
            if (host.Length > 0) settings.Add(("Host", host));
            if (port is not null) settings.Add(("Port", port));
            return;
        }
        settings.Add(("Host", string.Join(',', all.Select(each => each.Port is null ? each.Host : $"{Bracketed(each.Host)}:{each.Port}"))));
    }

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;

    private static (string Host, string? Port) ParseHost(string text)
    {
        var colon = text.StartsWith('[') ? text.IndexOf("]:", StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) return (Host(text), null);
        var port = text[(colon + 1)..];
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            throw new FormatException("has a port that is not a number from 1 to 65535.");
        return (Host(text[..colon]), port);

        static string Host(string host) => Decode(host.StartsWith('[') && host.EndsWith(']') ? host.AsSpan(1, host.Length - 2) : host);
    }

    private static void AddParameter(string part, List<(string, string)> settings)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw new FormatException("has a parameter behind ? that is not like name=value.");
        var name = Decode(part.AsSpan(0, equals));
        var value = Decode(part.AsSpan(equals + 1));
        name = Names.GetValueOrDefault(name, name);
        if (name == "SSL Mode") value = value.Replace("-", "", StringComparison.Ordinal);       // verify-full
        settings.Add((name, value));
    }

    // Cuts what follows the first such character off, without it.
    private static ReadOnlySpan<char> Cut(ref ReadOnlySpan<char> text, char at)
    {
        var index = text.IndexOf(at);
        if (index < 0) return [];
        var behind = text[(index + 1)..];
        text = text[..index];
        return behind;
    }

    private static string Decode(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOf('%'); i >= 0 && i < text.Length; i++)
            if (text[i] == '%' && (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])))
                throw new FormatException("has a % that two hexadecimal digits do not follow.");
        return Uri.UnescapeDataString(text);
    }
}
