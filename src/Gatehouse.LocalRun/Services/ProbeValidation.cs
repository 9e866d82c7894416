using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Api;
using Gatehouse.LocalRun.Probes;

namespace Gatehouse.LocalRun.Services;

/// <summary>The limits of probes. Both halves of the start-up window, delay and threshold x period, may be 240 s each.</summary>
internal static class ProbeValidation
{
    private const int StartupWindow = 240;

    public static void Check(Container container, string at)
    {
        Check(container.StartupProbe, ProbeKind.Startup, $"{at}.startupProbe");
        Check(container.LivenessProbe, ProbeKind.Liveness, $"{at}.livenessProbe");
        Check(container.ReadinessProbe, ProbeKind.Readiness, $"{at}.readinessProbe");
    }

    private static void Check(Probe? probe, ProbeKind kind, string at)
    {
        if (probe is null) return;
        var ways = new object?[] { probe.HttpGet, probe.TcpSocket, probe.Grpc }.Count(each => each is not null);
        if (ways is not 1) throw ApiException.Invalid(at, $"A probe has exactly one of httpGet, tcpSocket and grpc; this one has {ways}.");
        if (kind is not ProbeKind.Startup && probe.TcpSocket is not null) throw ApiException.Invalid($"{at}.tcpSocket", "Only a start-up probe can be a TCP probe.");
        var (period, timeout, failures) = (probe.PeriodSeconds ?? 10, probe.TimeoutSeconds ?? 1, probe.FailureThreshold ?? 3);
        var mostPeriod = kind switch { ProbeKind.Startup => StartupWindow, ProbeKind.Liveness => 3600, _ => 300 };
        Range($"{at}.periodSeconds", period, 1, mostPeriod);
        Range($"{at}.timeoutSeconds", timeout, 1, mostPeriod);
        Range($"{at}.failureThreshold", failures, 1, int.MaxValue);
        Range($"{at}.initialDelaySeconds", probe.InitialDelaySeconds ?? 0, 0, kind is ProbeKind.Liveness ? 3600 : StartupWindow);
        if (timeout > period) throw ApiException.Invalid($"{at}.timeoutSeconds", $"The timeout ({timeout} s) must not be longer than the period ({period} s).");
        if (kind is not ProbeKind.Readiness && probe.SuccessThreshold is not (null or 1)) throw ApiException.Invalid($"{at}.successThreshold", "It must be 1.");
        if (kind is ProbeKind.Startup && (long)failures * period > StartupWindow)
            throw ApiException.Invalid(at, $"failureThreshold x periodSeconds must not exceed {StartupWindow} s; it is {(long)failures * period} s.");
    }

    private static void Range(string field, int value, int least, int most)
    {
        if (value < least || value > most) throw ApiException.Invalid(field, $"It must be {least} to {most}; it is {value}.");
    }
}
