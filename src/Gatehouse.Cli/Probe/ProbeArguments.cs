using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>Makes settings out of what was written on the command line, or says what is wrong with it. Secrets are not repeated.</summary>
internal sealed class ProbeArguments(ProbeOptions options, ParseResult parsed)
{
    private const int MostWalks = 1_000_000;
    private const double HighestRate = 10_000;
    private static readonly string[] OwnHeaders =
        ["Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Origin", "Content-Length", "Transfer-Encoding"];

    public string? JsonFile => parsed.GetValue(options.Json);

    public string? JUnitFile => parsed.GetValue(options.JUnit);

    /// <exception cref="UsageException">An argument is wrong.</exception>
    public ProbeSettings Settings()
    {
        if (!ProbeTarget.TryParse(parsed.GetValue(options.Url)!, out var target))
            throw new UsageException("the url is not an address: expected something like wss://example.org/ws");
        if (JsonFile is "-" && JUnitFile is "-") throw new UsageException("--json and --junit cannot both be written to standard output");
        if (JsonFile is { } one && JUnitFile is { } other && Path.GetFullPath(one) == Path.GetFullPath(other)) throw new UsageException($"--json and --junit cannot both be written to {one}");
        return new(target)
        {
            Layers = parsed.GetValue(options.Layers) is { } layers ? ReadLayers(layers) : new ProbeSettings(target).Layers,
            Timeouts = (parsed.GetValue(options.Timeout) ?? []).Aggregate(new LayerTimeouts(), ReadTimeout),
            Hold = SpanText.TryParse(parsed.GetValue(options.Hold)!, out var hold) ? hold : throw NotATime("--hold", parsed.GetValue(options.Hold)!),
            Handshake = ReadHandshake(),
            Talk = ReadTalk(),
        };
    }

    /// <summary>Whether the reports can be kept: to be known before anything is walked.</summary>
    /// <exception cref="UsageException">A file cannot be written.</exception>
    public void CheckReports()
    {
        ReportFile.Check(options.Json.Name, JsonFile);
        ReportFile.Check(options.JUnit.Name, JUnitFile);
    }

    /// <exception cref="UsageException">An argument is wrong.</exception>
    public RunSettings Run()
    {
        var (count, rate) = (parsed.GetValue(options.Count), parsed.GetValue(options.Rate));
        if (count is not (>= 1 and <= MostWalks))
            throw new UsageException(FormattableString.Invariant($"--count {count}: expected a number from 1 to {MostWalks}"));
        if (rate is not (null or > 0 and <= HighestRate))
            throw new UsageException(FormattableString.Invariant($"--rate {rate}: expected a number above 0, up to {HighestRate} a second"));
        var maxFailed = parsed.GetValue(options.MaxFailed)!;
        return new()
        {
            Count = count,
            Rate = rate,
            MaxFailed = FailureThreshold.TryParse(maxFailed, out var failures)
                ? failures
                : throw new UsageException($"--max-failed {maxFailed}: expected a number, or a share like 1%"),
            MaxTimes = [.. (parsed.GetValue(options.Max) ?? []).Select(ReadMax)],
        };
    }

    private static TimeThreshold ReadMax(string text) => TimeThreshold.TryParse(text, out var threshold)
        ? threshold
        : throw new UsageException($"--max {text}: expected LAYER=TIME or LAYER.pNN=TIME, as total.p99=2s; the layers are total, {LayerNames.List}");

    private static HashSet<ProbeLayer> ReadLayers(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries).Select(name => LayerNames.TryParse(name, out var layer) ? layer : throw NoLayer("--layers", name))];

    private static LayerTimeouts ReadTimeout(LayerTimeouts timeouts, string text)
    {
        if (text.Split('=') is not [var name, var time])
            return SpanText.TryParse(text, out var all) && all > TimeSpan.Zero ? timeouts.WithAll(all) : throw NotATime("--timeout", text);
        if (!LayerNames.TryParse(name, out var layer)) throw NoLayer("--timeout", name);
        return SpanText.TryParse(time, out var limit) && limit > TimeSpan.Zero ? timeouts.With(layer, limit) : throw NotATime($"--timeout {name}", time);
    }

    private HandshakeSettings ReadHandshake()
    {
        var origin = parsed.GetValue(options.Origin);
        if (origin is not null && !IsOneLine(origin)) throw new UsageException("--origin: expected one line");
        var subprotocols = parsed.GetValue(options.Subprotocol) is { Length: > 0 } given ? given : null;
        if (subprotocols?.FirstOrDefault(name => !IsToken(name)) is { } wrong)
            throw new UsageException($"--subprotocol {wrong}: expected a name without spaces, commas and quotes");
        return new()
        {
            Headers = [.. (parsed.GetValue(options.Header) ?? []).Select(ReadHeader)],
            Origin = origin,
            Subprotocols = subprotocols,
            IsInsecure = parsed.GetValue(options.Insecure),
            Roots = parsed.GetValue(options.Roots) is { } file ? ReadRoots(file) : null,
        };
    }

    private TalkSettings ReadTalk()
    {
        var service = parsed.GetValue(options.Service)!;
        if (!Enum.TryParse<ServiceKind>(service, ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
            throw new UsageException($"--service {service}: expected auto, gatehouse or other");
        if (parsed.GetValue(options.Expect) is not null && parsed.GetValue(options.Send) is null)
            throw new UsageException("--expect is the answer to --send, which is missing");
        var talk = new TalkSettings
        {
            Service = kind,
            Hello = parsed.GetValue(options.Hello),
            Send = parsed.GetValue(options.Send),
            Expect = parsed.GetValue(options.Expect),
            Agent = parsed.GetValue(options.Agent),
        };
        return parsed.GetValue(options.Message) is { Length: > 0 } message ? talk with { Message = message } : talk;
    }

    private static KeyValuePair<string, string> ReadHeader(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? "" : text[..colon].Trim();
        if (!IsToken(name) || !IsOneLine(text)) throw new UsageException("--header: expected \"Name: value\" on one line");
        if (OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new UsageException($"--header {name}: it is the handshake's own; --origin and --subprotocol set theirs");
        return new(name, text[(colon + 1)..].Trim());
    }

    private static X509Certificate2Collection ReadRoots(string file)
    {
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(file);
            return roots.Count > 0 ? roots : throw new UsageException($"--ca {file}: there is no certificate in it");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UsageException($"--ca {file}: {exception.Message}");
        }
    }

    private static bool IsOneLine(string text) => !text.Any(char.IsControl);

    private static bool IsToken(string text) => text.Length > 0 && text.All(each => char.IsAsciiLetterOrDigit(each) || "!#$%&'*+-.^_`|~".Contains(each));

    private static UsageException NotATime(string option, string text) => new($"{option} {text}: expected a time like 500ms, 2s or 1m");

    private static UsageException NoLayer(string option, string name) => new($"{option}: there is no layer '{name}'; there are {LayerNames.List}");
}
