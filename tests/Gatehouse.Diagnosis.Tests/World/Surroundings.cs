namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>The faults that strike no node: in the process, at the door, at the platform, on the way.</summary>
public static class Surroundings
{
    private static readonly Moment[] Later = [Moment.Steady];
    private static readonly Moment[] AtStart = [Moment.BeforeStart, Moment.DuringStart];

    public static IReadOnlyList<Fault> All { get; } = [.. Process(), .. Door(), .. Providers(), .. Probes(), .. Ends(), .. Edge()];

    private static IEnumerable<Fault> Process()
    {
        yield return In("process", "process.pool_starved", static (seen, struck) => Proc(seen, p => p with { PoolDelay = TimeSpan.FromSeconds(7.5), PoolQueue = 812, PoolSlowSince = Clock.At(Math.Max(struck.From, 0)) })) with { Strikes = "timeout", Moments = Later };
        yield return In("process", "process.memory_near_limit", static (seen, _) => Proc(seen, static p => p with { MemoryBytes = 500 << 20, MemoryLimitBytes = 512 << 20 })) with { Moments = Later };
        yield return In("process", "process.clock_jump", static (seen, struck) => Proc(seen, p => p with { ClockJumps = [new(Clock.At(struck.From), TimeSpan.FromSeconds(-40))] })) with { Strikes = "", Moments = Later };
    }

    private static IEnumerable<Fault> Door()
    {
        yield return In("admission", "admission.full", static (seen, struck) => seen with { Admission = new() { Door = Gatehouse.Diagnosis.Door.Open, Open = 1000, MostOpen = 1000, Decisions = [new("accepted", null, null, 1200), new("refused", "too_many_connections", null, 88) { First = Clock.At(struck.From), Last = seen.At.AddSeconds(-1) }] } }) with { Moments = Later, Pairs = false };
        yield return In("admission", "admission.rate_limited", static (seen, struck) => seen with { Admission = new() { Door = Gatehouse.Diagnosis.Door.Open, Open = 400, Decisions = [new("refused", "too_many_handshakes", null, 31) { First = Clock.At(struck.From), Last = seen.At.AddSeconds(-1) }] } }) with { Moments = Later, Pairs = false };
        yield return In("admission", "admission.never_opened", static (seen, struck) => seen with { Admission = new() { Door = Gatehouse.Diagnosis.Door.Closed, Since = Clock.At(0) } }) with { Moments = Later, Pairs = false };
        yield return In("admission", "admission.hold_full", static (seen, struck) => seen with { Admission = new() { Door = Gatehouse.Diagnosis.Door.Holding, Since = Clock.At(0), Held = 1000, MostHeld = 1000 } }) with { Moments = Later, Pairs = false };
        yield return In("admission", "admission.draining", static (seen, struck) => Outside(Withdrawn(seen), ProbeLayer.Upgrade, 503, true, "status 503") with { Admission = new() { Door = Gatehouse.Diagnosis.Door.Closed, IsDraining = true, Since = Clock.At(struck.From) } }) with { Moments = Later, Pairs = false };
        yield return In("admission", "admission.origin", static (seen, _) => Outside(seen, ProbeLayer.Upgrade, 403, true, "status 403")) with { Moments = Later, Pairs = false };
        yield return In("admission", "admission.credentials", static (seen, _) => Outside(seen, ProbeLayer.Upgrade, 401, true, "status 401")) with { Moments = Later, Pairs = false };
    }

    private static IEnumerable<Fault> Providers()
    {
        foreach (var (code, signature) in new[] { ("provider.rate_limited", "agent_rate_limited"), ("provider.refusing", "agent_failed"), ("provider.unreachable", "agent_unreachable") })
            yield return In("provider:oracle", code, (seen, struck) => seen with { Providers = [new() { Name = "oracle", Calls = 40, FirstWord = TimeSpan.FromSeconds(1), Failures = [new(signature, 22) { First = Clock.At(struck.From) }] }, new() { Name = "parrot", Calls = 90, FirstWord = TimeSpan.FromSeconds(0.4), Failures = [new("agent_failed", 1)] }] }) with { Moments = Later, Pairs = false, Name = "by calls" };
        yield return In("provider:oracle", "provider.slow", static (seen, struck) => seen with { Providers = [new() { Name = "oracle", Calls = 40, FirstWord = TimeSpan.FromSeconds(25) }] }) with { Moments = Later, Pairs = false };
    }

    private static IEnumerable<Fault> Probes()
    {
        yield return In("platform", "probe.port_wrong", static (seen, struck) => Killed(Proc(seen, static p => p with { Ports = [8000] }), new() { Kind = PlatformProbeKind.Startup, Path = "/startup", Port = 8080, Period = TimeSpan.FromSeconds(10), FailureThreshold = 3 }, "Connection refused at port 8080")) with { Pairs = false };
        yield return In("platform", "probe.path_wrong", static (seen, struck) => Killed(Proc(seen, static p => p with { Ports = [8000], ProbePaths = ["/startup", "/ready", "/health"] }), new() { Kind = PlatformProbeKind.Startup, Path = "/healthcheck", Port = 8000, Period = TimeSpan.FromSeconds(30), FailureThreshold = 10, Status = 404 }, "HTTP probe failed with status 404")) with { Pairs = false };
        yield return In("platform", "probe.too_early", static (seen, struck) => Killed(seen, new() { Kind = PlatformProbeKind.Startup, Path = "/startup", Port = 8000, InitialDelay = TimeSpan.Zero, Period = TimeSpan.FromSeconds(1), FailureThreshold = 1, Status = 503 }, "HTTP probe failed with status 503")) with { Moments = AtStart, Pairs = false };
    }

    private static IEnumerable<Fault> Ends()
    {
        yield return Dead("process.out_of_memory", [137], "oom_killed", "Memory limit of 512 MiB exceeded with 530 MiB used.");
        yield return Dead("process.configuration", [78], null, "");
        yield return Dead("process.aborted", [134], null, "");
        yield return Dead("platform.crash_loop", [1], "crash_loop", "Container called exit(1).");
        yield return Dead("platform.no_instance", [], "no_instance", "The request was aborted because there was no available instance.");
        yield return Dead("platform.stale_endpoint", [], "stale_endpoint", "upstream connect error to 10.0.0.7:8000");
    }

    private static IEnumerable<Fault> Edge()
    {
        yield return On("outside.dns", ProbeLayer.Dns, null, "HostNotFound");
        yield return On("outside.unreachable", ProbeLayer.Tcp, null, "ConnectionRefused");
        yield return On("outside.tls", ProbeLayer.Tls, null, "certificate");
        yield return On("platform.unauthorised", ProbeLayer.Upgrade, 401, "status 401");
        yield return On("platform.forbidden", ProbeLayer.Upgrade, 403, "status 403");
        yield return On("platform.not_found", ProbeLayer.Upgrade, 404, "status 404");
        yield return On("platform.upgrade_stripped", ProbeLayer.Upgrade, 426, "status 426");
        yield return On("platform.malformed_response", ProbeLayer.Upgrade, 502, "status 502") with { Pairs = false };
        yield return On("platform.request_timeout", ProbeLayer.Upgrade, 504, "status 504") with { Pairs = false };
        yield return In("platform", "platform.http2_end_to_end", static (seen, _) => Outside(seen, ProbeLayer.Upgrade, 400, false, "status 400") with { Platform = new() { IsHttp2EndToEnd = true, Instances = 1 } }) with { Moments = Later };
        yield return In("platform", "platform.request_timeout", static (seen, _) => Outside(seen, ProbeLayer.Hold, 101, true, "closed", 60) with { Platform = new() { RequestTimeout = TimeSpan.FromSeconds(60), Instances = 1 } }) with { Name = "by its length", Moments = Later, Pairs = false };
        yield return In("platform", "platform.backend_timeout", static (seen, _) => Outside(seen, ProbeLayer.Hold, 101, true, "closed", 30) with { Platform = new() { RequestTimeout = TimeSpan.FromSeconds(3600), Instances = 1 } }) with { Moments = Later, Pairs = false };
    }

    private static Fault In(string part, string code, Func<Case, Struck, Case> besides) => new(code, null) { Part = part, Besides = besides };

    private static Fault On(string code, ProbeLayer layer, int? status, string signature) =>
        In("platform", code, (seen, _) => Outside(seen, layer, status, false, signature)) with { Moments = Later };

    private static Fault Dead(string code, int[] exits, string? line, string text) => In("platform", code, (seen, struck) => seen with
    {
        Graph = null,
        Process = null,
        Platform = new() { Instances = line == "no_instance" ? 0 : null, Restarts = exits.Length > 0 ? 5 : 0, ExitCodes = exits, Lines = line is null ? [] : [new(Clock.At(Math.Max(struck.From, 0.1)), line, text)] },
    }) with
    { Pairs = false };

    private static Case Proc(Case seen, Func<ProcessEvidence, ProcessEvidence> change) => seen with { Process = change(seen.Process ?? new()) };

    private static Case Withdrawn(Case seen) => seen with { Graph = seen.Graph! with { Withdrawn = "draining", IsReady = false } };

    private static Case Killed(Case seen, PlatformProbe probe, string line) => seen with
    {
        Platform = new() { Restarts = 4, ExitCodes = [143], Probes = [probe], Lines = [new(seen.At.AddSeconds(-1), "probe_failed", line)] },
    };

    private static Case Outside(Case seen, ProbeLayer failing, int? status, bool isOurs, string signature, double seconds = 0.01) => seen with
    {
        Outside = new()
        {
            Target = "wss://chat.example/ws",
            At = seen.At.AddSeconds(-1),
            Status = status,
            IsGatehouse = isOurs ? true : failing < ProbeLayer.Upgrade ? null : false,
            AnsweredBy = isOurs ? null : "Google Frontend",
            Layers = [.. Enum.GetValues<ProbeLayer>().Select(layer => new LayerResult(
                layer, layer < failing ? LayerOutcome.Passed : layer == failing ? LayerOutcome.Failed : LayerOutcome.Skipped, TimeSpan.FromSeconds(layer == failing ? seconds : 0.002))
            { Signature = layer == failing ? signature : null })],
        },
    };
}
