namespace Gatehouse.CloudRun.Lint.Rules;

/// <summary>GH14: sockets, concurrency and scaling.</summary>
internal static class SocketRules
{
    public static readonly Rule TimeoutShort = new("GH1401", "socket-timeout", Severity.Warning, "The request timeout cuts WebSockets sooner than it has to.");
    public static readonly Rule KnativeTimeout = new("GH1402", "knative-timeout", Severity.Warning, "The timeout is above what Knative allows by default.");
    public static readonly Rule Http2 = new("GH1403", "h2c-with-sockets", Severity.Error, "With HTTP/2 end to end there are no WebSockets.");
    public static readonly Rule AffinityWithSplit = new("GH1404", "affinity-with-split", Severity.Warning, "Session affinity takes precedence over the traffic split.");
    public static readonly Rule ConcurrencyLow = new("GH1405", "concurrency-low", Severity.Warning, "An instance takes few sockets at once.");
    public static readonly Rule Throttled = new("GH1406", "cpu-throttled", Severity.Warning, "The CPU is taken away when no request is open, and with it a run whose sockets have left.");
    public static readonly Rule ScaleToZero = new("GH1407", "scale-to-zero", Severity.Note, "Without traffic there is no instance, and the next upgrade waits for a start.");
    public static readonly Rule MaxOneWithSplit = new("GH1408", "max-one-with-split", Severity.Warning, "At most one instance, and two revisions with traffic.");
    public static readonly Rule MinAboveMax = new("GH1409", "min-above-max", Severity.Error, "There must be more instances than there may be.");

    public static readonly Rule[] All = [TimeoutShort, KnativeTimeout, Http2, AffinityWithSplit, ConcurrencyLow, Throttled, ScaleToZero, MaxOneWithSplit, MinAboveMax];
}
