using System.CommandLine;
using System.Globalization;
using Gatehouse.Cli.Probe;
using Gatehouse.CloudRun.Rollout;

namespace Gatehouse.Cli.Deploy;

/// <summary>How much is tried, and what has to be kept: each option with its default.</summary>
internal sealed class MeasureOptions
{
    private readonly Option<int> _upgrades = Number("--upgrades", "Upgrades at the candidate before it gets traffic.", 150);
    private readonly Option<int> _turns = Number("--turns", "Chat turns before it gets traffic.", 20);
    private readonly Option<int> _held = Number("--held", "Sockets that are held open to the end.", 3);
    private readonly Option<string> _soak = Text("--soak", "How long they are held at least before it gets traffic.", "45s");
    private readonly Option<int> _connections = Number("--connections", "New connections that each share is judged by.", 20);
    private readonly Option<string> _window = Text("--window", "How long to wait for users to bring them, before they are made up.", "30s");
    private readonly Option<string> _timeout = Text("--timeout", "How long an upgrade or a chat turn may take.", "60s");
    private readonly Option<string?> _agent = new("--agent") { Description = "The agent to speak to." };
    private readonly Option<string> _message = Text("--message", "What to say to it.", "ping");
    private readonly Option<string> _path = Text("--path", "The path of the WebSocket.", "/ws");
    private readonly Option<string> _upgradeSuccess = Text("--min-upgrade-success", "Upgrades that succeed, at least.", "100%");
    private readonly Option<string> _startUp = Text("--max-start-up", "From the deployment until the candidate is ready, at most.", "45s");
    private readonly Option<string> _healthSuccess = Text("--min-health-success", "Health checks that succeed, at least.", "100%");
    private readonly Option<string> _unavailable = Text("--max-503", "Upgrades that are answered 503, at most.", "0%");
    private readonly Option<string> _turnSuccess = Text("--min-turn-success", "Chat turns that end well, at least.", "100%");
    private readonly Option<double> _firstEventFactor = new("--max-first-event-factor")
    {
        Description = "The p99 of the time to the first event, as a multiple of the old revision's, at most.",
        DefaultValueFactory = _ => 3,
    };
    private readonly Option<string> _firstEventFloor = Text("--first-event-floor", "A p99 that is always good enough.", "250ms");
    private readonly Option<int> _dropped = Number("--max-dropped", "Held sockets that drop, at most.", 0);
    private readonly Option<string> _memoryGrowth = Text("--max-memory-growth", "Growth of an instance's memory, at most (and over 64 MiB).", "50%");

    public IEnumerable<Option> All =>
    [
        _upgrades, _turns, _held, _soak, _connections, _window, _timeout, _agent, _message, _path, _upgradeSuccess, _startUp, _healthSuccess, _unavailable, _turnSuccess,
        _firstEventFactor, _firstEventFloor, _dropped, _memoryGrowth,
    ];

    public VerifySettings Verify(ParseResult parsed) => new()
    {
        Upgrades = Count(parsed, _upgrades),
        Turns = Count(parsed, _turns),
        Held = Count(parsed, _held),
        Soak = Time(parsed, _soak),
        Connections = Count(parsed, _connections),
        Window = Time(parsed, _window),
        Timeout = Time(parsed, _timeout),
        Agent = parsed.GetValue(_agent),
        Message = parsed.GetValue(_message)!,
        Path = parsed.GetValue(_path) is ['/', ..] and var path ? path : throw new UsageException($"--path {parsed.GetValue(_path)}: it begins with a slash, as /ws"),
    };

    public Thresholds Thresholds(ParseResult parsed) => new()
    {
        UpgradeSuccess = Share(parsed, _upgradeSuccess),
        StartUp = Time(parsed, _startUp),
        HealthSuccess = Share(parsed, _healthSuccess),
        ServiceUnavailable = Share(parsed, _unavailable),
        TurnSuccess = Share(parsed, _turnSuccess),
        FirstEventFactor = parsed.GetValue(_firstEventFactor) is >= 1 and var factor ? factor : throw new UsageException($"{_firstEventFactor.Name}: expected a number from 1 on"),
        FirstEventFloor = Time(parsed, _firstEventFloor),
        Dropped = Count(parsed, _dropped),
        MemoryGrowth = Share(parsed, _memoryGrowth, most: 100),
    };

    public static TimeSpan Time(ParseResult parsed, Option<string> option) => SpanText.TryParse(parsed.GetValue(option)!, out var time)
        ? time
        : throw new UsageException($"{option.Name} {parsed.GetValue(option)}: expected a time, as 500ms, 2s or 1m");

    private static int Count(ParseResult parsed, Option<int> option) => parsed.GetValue(option) is >= 0 and <= 100_000 and var count
        ? count
        : throw new UsageException($"{option.Name} {parsed.GetValue(option)}: expected a number from 0 to 100000");

    /// <summary>From <c>99.5%</c>.</summary>
    private static double Share(ParseResult parsed, Option<string> option, double most = 1)
    {
        var text = parsed.GetValue(option)!;
        return text is [.. var number, '%'] && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent / 100 <= most
            ? percent / 100
            : throw new UsageException($"{option.Name} {text}: expected a share, as 99.5%");
    }

    private static Option<int> Number(string name, string description, int standard) => new(name) { Description = description, DefaultValueFactory = _ => standard };

    private static Option<string> Text(string name, string description, string standard) => new(name) { Description = description, DefaultValueFactory = _ => standard };
}
