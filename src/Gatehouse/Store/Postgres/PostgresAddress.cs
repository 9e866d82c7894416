using System.Data.Common;
using System.Globalization;
using Gatehouse.Hosting;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>
/// Where the database is and how it is spoken to. It is read from Npgsql's own form (<c>Host=db;Database=app;…</c>) or from a URL as
/// platforms give it (<c>postgres://user:password@host/database</c>). No message about it holds a value: a password that was not
/// quoted may stand anywhere in it.
/// </summary>
internal sealed class PostgresAddress
{
    public const string Example = "Host=db;Database=gatehouse;Username=gatehouse;Password=… or postgres://user:password@host/database";

    private static readonly string[] UsualSettings =
    [
        "Host", "Port", "Database", "Username", "Password", "SSL Mode", "Root Certificate", "Timeout", "Command Timeout", "Pooling",
        "Minimum Pool Size", "Maximum Pool Size", "Application Name", "Search Path", "Target Session Attributes",
    ];

    private readonly NpgsqlConnectionStringBuilder _settings;

    private PostgresAddress(NpgsqlConnectionStringBuilder settings)
    {
        CallLimit = TimeSpan.FromSeconds(settings.CommandTimeout);
        // The limit of a call is kept here: where Npgsql keeps it, it asks the server to cancel, on a connection of its own that
        // blocks a thread for as long as the server is silent.
        settings.CommandTimeout = 0;
        settings.Enlist = false;
        settings.NoResetOnClose = true;     // no call leaves anything in its session
        _settings = settings;
    }

    public string Host => _settings.Host!;

    /// <summary>Several hosts: one of them is the primary, and it may change.</summary>
    public bool HasManyHosts => Host.Contains(',', StringComparison.Ordinal);

    /// <summary>A Unix socket: by the directory that it is in, or abstract.</summary>
    public bool IsSocket => PostgresNames.IsSocket(Host);

    public string Database => _settings.Database ?? User;

    public string User => _settings.Username ?? Environment.UserName;

    /// <summary>How long to wait for a connection.</summary>
    public TimeSpan ConnectLimit => TimeSpan.FromSeconds(_settings.Timeout);

    /// <summary>How long a call may take before its connection is given up.</summary>
    public TimeSpan CallLimit { get; }

    /// <summary>Whether connections are used again.</summary>
    public bool IsPooled => _settings.Pooling;

    /// <summary>Whether the connection is never encrypted.</summary>
    public bool IsPlain => _settings.SslMode is SslMode.Disable;

    /// <summary>Whether a connection that is not encrypted is none.</summary>
    public bool DemandsEncryption => _settings.SslMode is SslMode.Require or SslMode.VerifyCA or SslMode.VerifyFull;

    /// <summary>For Npgsql alone: it holds the password.</summary>
    public string SensitiveConnectionString => _settings.ConnectionString;

    /// <summary>For people: host, port and database.</summary>
    public override string ToString()
    {
        var port = IsSocket || HasManyHosts ? "" : string.Create(CultureInfo.InvariantCulture, $":{_settings.Port}");
        return $"{Host}{port}/{Database}";
    }

    /// <param name="key">The key of the configuration that holds <paramref name="text"/>, for the errors.</param>
    /// <param name="errors">Gets a line for each thing that cannot be used.</param>
    /// <returns>Null if there are errors.</returns>
    public static PostgresAddress? Parse(string key, string text, List<string> errors)
    {
        var found = new List<string>();
        var given = IsUrl(text) ? PostgresUrl.Parse(text.Trim(), found) : Split(text, found);
        var settings = Defaults();
        SetAll(settings, given, found);
        if (found.Count == 0) found.AddRange(PostgresSettingsCheck.Mistakes(settings));
        if (found.Count == 0) Adapt(settings);
        if (found.Count == 0 && Refused(settings, given) is { } refused) found.Add(refused);
        errors.AddRange(found.Select(error => $"{key} {error}"));
        return found.Count == 0 ? new(settings) : null;
    }

    /// <summary>The same database by connections that no pool keeps.</summary>
    /// <param name="silenceLimit">For a job, which has a thread to block: how long Npgsql waits for an answer.</param>
    public PostgresAddress Unpooled(TimeSpan silenceLimit = default)
    {
        var unpooled = new PostgresAddress(new(SensitiveConnectionString) { Pooling = false, CommandTimeout = (int)CallLimit.TotalSeconds });
        unpooled._settings.CommandTimeout = (int)silenceLimit.TotalSeconds;
        return unpooled;
    }

    // What holds unless the text says otherwise.
    private static NpgsqlConnectionStringBuilder Defaults() => new()
    {
        ApplicationName = "gatehouse",
        GssEncryptionMode = GssEncryptionMode.Disable,      // Npgsql would try it first, on a socket of its own for each connection
        Timeout = 3,                    // seconds to connect: a server that is there answers in milliseconds
        CommandTimeout = 5,             // seconds for a call: a third of a lease
        MaxPoolSize = 20,               // a call is one round trip, so that 20 make tens of thousands a second
        ConnectionIdleLifetime = 60,
        TcpKeepAlive = true,            // an idle connection whose peer is gone is found out before it is needed
        TcpKeepAliveTime = 15,
        TcpKeepAliveInterval = 5,
        MaxAutoPrepare = 100,           // all statements of the store
        AutoPrepareMinUsages = 2,
    };

    // A password may hold :// but no scheme holds an equals sign.
    private static bool IsUrl(string text) =>
        text.IndexOf("://", StringComparison.Ordinal) is var end and > 0 && !text.AsSpan(0, end).Contains('=');

    private static List<(string Name, string Value)> Split(string text, List<string> errors)
    {
        try
        {
            var pairs = new DbConnectionStringBuilder { ConnectionString = text };
            return [.. pairs.Keys.Cast<string>().Select(name => (name, (string)pairs[name]))];
        }
        catch (ArgumentException)
        {
            errors.Add($"cannot be read; it must be like {Example}. A value with ; = or a quote in it has to be quoted.");
            return [];
        }
    }

    private static void SetAll(NpgsqlConnectionStringBuilder settings, List<(string Name, string Value)> given, List<string> errors)
    {
        var place = "at its beginning";
        foreach (var (name, value) in given)
        {
            if (!settings.ContainsKey(name))
            {
                // Its name is not shown: what follows an unquoted ; in a password looks like one.
                errors.Add(
                    $"has a setting that Npgsql does not know, {place}; it must be like {Example}. "
                    + (MeantName.Of(name, UsualSettings) is { } meant ? $"{meant} may be meant." : "A value with ; or = in it has to be quoted."));
                return;
            }
            place = $"behind the {name.ToLowerInvariant()}";
            if (!TrySet(settings, name, value)) errors.Add($"has a value for {name} that cannot be used.");
        }
    }

    private static bool TrySet(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        try
        {
            settings[name] = value;
            return true;
        }
        catch (Exception refused) when (refused is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            return false;
        }
    }

    private static void Adapt(NpgsqlConnectionStringBuilder settings)
    {
        settings.TargetSessionAttributes = null;
        if (!settings.Host!.Split(',').Any(PostgresNames.IsSocket)) return;
        // Only TCP has a keep-alive; a Unix socket that is told to have one refuses to be opened.
        settings.TcpKeepAlive = false;
        settings.TcpKeepAliveTime = 0;
        settings.TcpKeepAliveInterval = 0;
    }

    // Some settings Npgsql judges only together, and then by exceptions that name none of them: the one without which all would be well is to blame.
    private static string? Refused(NpgsqlConnectionStringBuilder settings, List<(string Name, string Value)> given)
    {
        if (IsUsable(settings)) return null;
        var blamed = given.Select(each => each.Name).FirstOrDefault(name =>
        {
            var others = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
            others.Remove(name);
            return others.Host is not null && IsUsable(others);
        });
        return blamed is null ? "has settings that cannot be used together." : $"has a value for {blamed} that cannot be used together with the other settings.";
    }

    private static bool IsUsable(NpgsqlConnectionStringBuilder settings)
    {
        var address = new PostgresAddress(new(settings.ConnectionString));
        try
        {
            PostgresDatabase.Connect(address).Dispose();
            PostgresDatabase.Connect(address.Unpooled()).Dispose();
            return true;
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException or NotSupportedException or NpgsqlException)
        {
            return false;
        }
    }
}
