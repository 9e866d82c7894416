using System.Globalization;
using System.Text;
using Gatehouse.Admission;
using Gatehouse.Log.Redis;
using Gatehouse.Operations.Incidents;
using Gatehouse.Store.Postgres;
using Microsoft.Extensions.Configuration;

namespace Gatehouse.Hosting;

/// <summary>Configuration that cannot be used. Each error is one line that names the key, its value and what would be right.</summary>
public sealed class GatehouseConfigurationException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors => errors;
}

/// <summary>One key of the configuration. <c>docs/configuration.md</c> is written from these, by a test.</summary>
/// <param name="Key">As in <c>appsettings.json</c> (<c>Data:Directory</c>), <c>--Data:Directory</c> and <c>Data__Directory</c> in the environment.</param>
/// <param name="Accepts">What would be right, for the reader of an error.</param>
internal sealed record Setting(string Key, string Default, string Accepts, string Means);

/// <summary>The keys that the backend itself reads, and how they become <see cref="GatehouseOptions"/>.</summary>
internal static class Settings
{
    private static readonly Setting Database = new("ConnectionStrings:Database", "", "a connection string of Npgsql, or postgres://user:password@host/database",
        "PostgreSQL, shared by all instances. Empty: the embedded store. Never logged.");

    private static readonly Setting Redis = new("ConnectionStrings:Redis", "", "a connection string of StackExchange.Redis, or redis://user:password@host",
        "Redis, which carries the conversations between the instances. Without it only one instance may use the database. Never logged.");

    private static readonly Setting DataDirectory = new("Data:Directory", "data", "a path",
        "Where the embedded store keeps its file. One process at a time holds it.");

    private static readonly Setting DefaultAgent = new("Agents:Default", "", "the name of an agent",
        "The agent that answers where a client names none; empty for the first one.");

    private static readonly Setting BudgetSeconds = new("Runs:BudgetSeconds", "600", "1 to 86400",
        "A run that takes longer fails with `budget_exceeded`, so that nothing runs for ever.");

    private static readonly Setting MaxSteps = new("Runs:MaxSteps", "50", "1 to 1000",
        "A run with more model calls fails with `budget_exceeded`: a model that calls tools in circles ends.");

    private static readonly Setting LeaseSeconds = new("Runs:LeaseSeconds", "15", "3 to 300",
        "How long a thread stays with an instance that is not heard of; renewed three times in that time. Shorter finds a dead instance sooner, longer forgives longer pauses. The same on every instance.");

    private static readonly Setting DrainSeconds = new("Drain:Seconds", "8", "1 to 3600",
        "How long an instance that goes away may take to hand over its runs and connections. Cloud Run kills after 10 s.");

    private static readonly Setting AppendIntervalMs = new("Log:AppendIntervalMs", "40", "0 to 1000",
        "About this long between two appends of streaming text, on beats that all runs share, a quarter of it apart; the first goes at once. 25 events a second read as fluently as 150.");

    private static readonly Setting Window = new("Log:Window", "2000", "100 to 100000",
        "Events kept in a thread's log for clients that come back. Older cursors get a snapshot.");

    private static readonly Setting KeepMinutes = new("Log:KeepMinutes", "60", "1 to 1440",
        "How long a log is kept after its last append.");

    private static readonly Setting HeartbeatSeconds = new("Chat:HeartbeatSeconds", "20", "1 to 300",
        "How often an idle connection hears from the server. A peer that is silent for 2.25 times as long is dead.");

    private static readonly Setting ReconnectMs = new("Chat:ReconnectMs", "500", "10 to 60000",
        "First step of the clients' delay before they reconnect; it doubles, with full jitter, up to 30 s.");

    private static readonly Setting AllowedOrigins = new("Chat:AllowedOrigins", "", "origins such as https://app.example, separated by spaces, or *",
        "Pages of other origins that may open a WebSocket. The server's own origin always may.");

    private static readonly Setting HoldSeconds = new("Admission:HoldSeconds", "10", "0 to 60",
        "How long an upgrade that comes before the server is ready is held. Then, or at once with 0, it is refused with 503.");

    private static readonly Setting MaxHeld = new("Admission:MaxHeld", "1000", "1 to 100000",
        "Upgrades held at once. One more is refused with 503 at once.");

    private static readonly Setting Starting = new("Admission:Starting", "false", "true or false",
        "Whether an upgrade that would be refused because the server is not ready is accepted, told `starting` with the node, and closed with 1013: browsers cannot read a refused upgrade.");

    private static readonly Setting UserHandshakes = new("Admission:HandshakesPerSecond", "10", "0 to 100000",
        "Handshakes a second of one user, and as many at once after a pause; more are refused with 429. 0 is no limit.");

    private static readonly Setting UserConnections = new("Admission:ConnectionsPerUser", "20", "0 to 100000",
        "Connections of one user; more are refused with 429. 0 is no limit.");

    private static readonly Setting InstanceHandshakes = new("Admission:HandshakesPerSecondTotal", "2000", "0 to 1000000",
        "Handshakes a second of all users, and as many at once after a pause; more are refused with 429. An instance can do about that many before those that are connected feel it. 0 is no limit.");

    private static readonly Setting InstanceConnections = new("Admission:MaxConnections", "20000", "1 to 1000000",
        "Connections of the whole instance, held ones included; more are refused with 429.");

    private static readonly Setting TrustedHops = new("Admission:TrustedHops", "0", "0 to 10",
        "How many proxies of your own are before the server: so many entries from the right of `X-Forwarded-For` is the user. 0 ignores the header. See below.");

    private static readonly Setting ResumeKey = new("Admission:ResumeKey", "", "a text of 32 characters or more",
        "Secret that signs resume tokens, the same on every instance. Empty: a random one per process, whose tokens mean nothing elsewhere. Never logged.");

    private static readonly Setting Respond = new("Incidents:Respond", "on", "on, dry-run or off",
        "Whether something is done about an incident without a person: connections made anew, a parked monitor tried again, newcomers refused, and as the last thing the process ended. At most one a node in 5 minutes. `dry-run` only notes what would be done.");

    private static readonly Setting Webhook = new("Incidents:Webhook", "", "an absolute http or https address",
        "Where an incident is told when it opens, is explained better, and closes. Empty: nowhere. Only its host is ever logged.");

    private static readonly Setting WebhookForm = new("Incidents:WebhookForm", "plain", "plain or alertmanager",
        "What the webhook is sent: the incident as `/api/incidents` shows it, or what Alertmanager sends to its webhook receivers (version 4).");

    private static readonly Setting IncidentStability = new("Incidents:StabilitySeconds", "60", "1 to 3600",
        "How long nothing must be broken before an incident is closed; what comes again before that is the same incident.");

    private static readonly Setting StartLimit = new("Incidents:StartSeconds", "60", "1 to 3600",
        "A start that takes longer is an incident.");

    private static readonly Setting RefusedPercent = new("Incidents:RefusedPercent", "1", "0 to 100",
        "More refused upgrades within a minute than this share, of ten at least, are an incident.");

    private static readonly Setting FailedTurnsPercent = new("Incidents:FailedTurnsPercent", "7", "0 to 100",
        "More failed turns than this share within five minutes and within the hour, of ten at least, are an incident. 7 is 14.4 times what an objective of 99.5 % allows: a month's budget gone in two days.");

    /// <summary>All keys, in the order of the document.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        Database, Redis, DataDirectory, DefaultAgent, BudgetSeconds, MaxSteps, LeaseSeconds, DrainSeconds, AppendIntervalMs, Window, KeepMinutes, HeartbeatSeconds, ReconnectMs, AllowedOrigins,
        HoldSeconds, MaxHeld, Starting, UserHandshakes, UserConnections, InstanceHandshakes, InstanceConnections, TrustedHops, ResumeKey,
        Respond, Webhook, WebhookForm, IncidentStability, StartLimit, RefusedPercent, FailedTurnsPercent,
    ];

    private static readonly string[] Sections = ["Data", "Agents", "Runs", "Drain", "Log", "Chat", "Admission", "Incidents"];

    /// <summary>The database, for a job that needs nothing else; null if there is none, or it is wrong, which the errors say.</summary>
    public static PostgresAddress? ReadDatabase(IConfiguration configuration, List<string> errors) =>
        Given(configuration, Database) is { } address ? PostgresAddress.Parse(Database.Key, address, errors) : null;

    /// <summary>Redis, likewise.</summary>
    public static RedisAddress? ReadRedis(IConfiguration configuration, List<string> errors) =>
        Given(configuration, Redis) is { } address ? RedisAddress.Parse(Redis.Key, address, errors) : null;

    public static GatehouseOptions Read(IConfiguration configuration, List<string> errors)
    {
        foreach (var section in Sections)
            foreach (var child in configuration.GetSection(section).GetChildren())
                if (!All.Any(setting => string.Equals(setting.Key, child.Path, StringComparison.OrdinalIgnoreCase)))
                    errors.Add($"{child.Path} is not a key; there are {string.Join(", ", All.Select(setting => setting.Key).Where(key => key.StartsWith($"{section}:", StringComparison.Ordinal)))}.");
        var (database, redis) = (ReadDatabase(configuration, errors), ReadRedis(configuration, errors));
        if (Given(configuration, Redis) is not null && Given(configuration, Database) is null)
            errors.Add($"{Redis.Key} is given without {Database.Key}: instances that share a Redis must share a database; give both, or neither.");
        return new()
        {
            Database = database,
            Redis = redis,
            DataDirectory = Text(configuration, DataDirectory),
            DefaultAgent = Text(configuration, DefaultAgent) is { Length: > 0 } agent ? agent : null,
            RunBudget = TimeSpan.FromSeconds(Number(configuration, BudgetSeconds, 1, 86400, errors)),
            RunSteps = Number(configuration, MaxSteps, 1, 1000, errors),
            Lease = TimeSpan.FromSeconds(Number(configuration, LeaseSeconds, 3, 300, errors)),
            DrainBudget = TimeSpan.FromSeconds(Number(configuration, DrainSeconds, 1, 3600, errors)),
            AppendInterval = TimeSpan.FromMilliseconds(Number(configuration, AppendIntervalMs, 0, 1000, errors)),
            LogWindow = Number(configuration, Window, 100, 100_000, errors),
            LogKeep = TimeSpan.FromMinutes(Number(configuration, KeepMinutes, 1, 1440, errors)),
            Heartbeat = TimeSpan.FromSeconds(Number(configuration, HeartbeatSeconds, 1, 300, errors)),
            Reconnect = TimeSpan.FromMilliseconds(Number(configuration, ReconnectMs, 10, 60_000, errors)),
            AllowedOrigins = Text(configuration, AllowedOrigins).Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Admission = ReadAdmission(configuration, errors),
            Incidents = ReadIncidents(configuration, errors),
        };
    }

    private static IncidentOptions ReadIncidents(IConfiguration configuration, List<string> errors) => new()
    {
        Respond = Word(configuration, Respond, errors, ("on", RespondMode.On), ("dry-run", RespondMode.DryRun), ("off", RespondMode.Off)),
        Webhook = Address(configuration, Webhook, errors),
        Form = Word(configuration, WebhookForm, errors, ("plain", Operations.Incidents.WebhookForm.Plain), ("alertmanager", Operations.Incidents.WebhookForm.Alertmanager)),
        Stability = TimeSpan.FromSeconds(Number(configuration, IncidentStability, 1, 3600, errors)),
        Limits = new(
            TimeSpan.FromSeconds(Number(configuration, StartLimit, 1, 3600, errors)),
            Number(configuration, RefusedPercent, 0, 100, errors), Number(configuration, FailedTurnsPercent, 0, 100, errors)),
        Directory = Path.Combine(Text(configuration, DataDirectory), "incidents"),
    };

    private static AdmissionOptions ReadAdmission(IConfiguration configuration, List<string> errors) => new()
    {
        Hold = TimeSpan.FromSeconds(Number(configuration, HoldSeconds, 0, 60, errors)),
        MaxHeld = Number(configuration, MaxHeld, 1, 100_000, errors),
        Starting = Flag(configuration, Starting, errors),
        UserHandshakesPerSecond = Number(configuration, UserHandshakes, 0, 100_000, errors),
        UserConnections = Number(configuration, UserConnections, 0, 100_000, errors),
        HandshakesPerSecond = Number(configuration, InstanceHandshakes, 0, 1_000_000, errors),
        Connections = Number(configuration, InstanceConnections, 1, 1_000_000, errors),
        TrustedHops = Number(configuration, TrustedHops, 0, 10, errors),
        ResumeKey = Secret(configuration, ResumeKey, 32, errors),
    };

    private static string Text(IConfiguration configuration, Setting setting) => configuration[setting.Key] ?? setting.Default;

    private static string? Given(IConfiguration configuration, Setting setting) => configuration[setting.Key] is { Length: > 0 } text ? text : null;

    private static int Number(IConfiguration configuration, Setting setting, int least, int most, List<string> errors)
    {
        var text = Text(configuration, setting);
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        errors.Add($"{setting.Key} is '{text}'; it must be a whole number, {setting.Accepts}.");
        return least;
    }

    private static bool Flag(IConfiguration configuration, Setting setting, List<string> errors)
    {
        var text = Text(configuration, setting);
        if (bool.TryParse(text, out var flag)) return flag;
        errors.Add($"{setting.Key} is '{text}'; it must be {setting.Accepts}.");
        return false;
    }

    private static T Word<T>(IConfiguration configuration, Setting setting, List<string> errors, params ReadOnlySpan<(string Word, T Means)> words)
    {
        var text = Text(configuration, setting);
        foreach (var (word, means) in words)
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase)) return means;
        errors.Add($"{setting.Key} is '{text}'; it must be {setting.Accepts}.");
        return words[0].Means;
    }

    // The value is not shown: it may hold a secret.
    private static Uri? Address(IConfiguration configuration, Setting setting, List<string> errors)
    {
        if (Given(configuration, setting) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https") return address;
        errors.Add($"{setting.Key} cannot be used; it must be {setting.Accepts}.");
        return null;
    }

    private static byte[]? Secret(IConfiguration configuration, Setting setting, int least, List<string> errors)
    {
        var text = Text(configuration, setting);
        if (text.Length == 0) return null;
        if (text.Length < least) errors.Add($"{setting.Key} has {text.Length} characters; it must be {setting.Accepts}.");
        return Encoding.UTF8.GetBytes(text);
    }
}
