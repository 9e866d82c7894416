using Gatehouse.CloudRun.Resources;

namespace Gatehouse.LocalRun.Probes;

internal enum ProbeKind { Startup, Liveness, Readiness }

internal enum ProbeWay { Http, Tcp, Grpc }

/// <summary>A probe of a container with every default filled in.</summary>
internal sealed record ProbeSettings
{
    public required ProbeKind Kind { get; init; }

    public required ProbeWay Way { get; init; }

    /// <summary>Whether the manifest has none, so that it is the platform's own.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Null: the container's port.</summary>
    public int? Port { get; init; }

    public string Path { get; init; } = "/";

    public IReadOnlyList<HttpHeader> Headers { get; init; } = [];

    /// <summary>Of gRPC; empty: the server as a whole.</summary>
    public string Service { get; init; } = "";

    public TimeSpan InitialDelay { get; init; }

    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    public int FailureThreshold { get; init; } = 3;

    public int SuccessThreshold { get; init; } = 1;

    /// <summary>What the platform uses where a container has no start-up probe.</summary>
    public static ProbeSettings DefaultStartup { get; } = new()
    {
        Kind = ProbeKind.Startup,
        Way = ProbeWay.Tcp,
        IsDefault = true,
        Period = TimeSpan.FromSeconds(240),
        Timeout = TimeSpan.FromSeconds(240),
        FailureThreshold = 1,
    };

    public static ProbeSettings? Of(ProbeKind kind, Probe? probe) => probe is null ? null : new()
    {
        Kind = kind,
        Way = probe switch { { Grpc: not null } => ProbeWay.Grpc, { TcpSocket: not null } => ProbeWay.Tcp, _ => ProbeWay.Http },
        Port = probe.HttpGet?.Port ?? probe.TcpSocket?.Port ?? probe.Grpc?.Port,
        Path = probe.HttpGet?.Path is { Length: > 0 } path ? path : "/",
        Headers = probe.HttpGet?.HttpHeaders ?? [],
        Service = probe.Grpc?.Service ?? "",
        InitialDelay = TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0),
        Period = TimeSpan.FromSeconds(probe.PeriodSeconds is > 0 and var period ? period : 10),
        Timeout = TimeSpan.FromSeconds(probe.TimeoutSeconds is > 0 and var timeout ? timeout : 1),
        FailureThreshold = probe.FailureThreshold is > 0 and var failures ? failures : 3,
        SuccessThreshold = probe.SuccessThreshold is > 0 and var successes ? successes : kind is ProbeKind.Readiness ? 2 : 1,
    };
}
