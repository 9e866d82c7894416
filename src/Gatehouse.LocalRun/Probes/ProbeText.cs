namespace Gatehouse.LocalRun.Probes;

/// <summary>
/// The platform's lines about probes, in the forms that were seen in its log or stand in its documentation:
/// <code>
/// STARTUP HTTP probe succeeded after 1 attempt for container "web-1" on port 8080 path "/up".
/// STARTUP HTTP probe failed 1 time consecutively for container "web-1" on port 8080 path "/up". The instance was not started. Connection failed with status ERROR_CONNECTION_FAILED.
/// Default STARTUP TCP probe failed 1 time consecutively for container "web-1" on port 8080. The instance was not started. Connection failed with status DEADLINE_EXCEEDED
/// LIVENESS HTTP probe failed 3 times consecutively for container web-1 on port 8080. The instance has been shut down.
/// </code>
/// The port is the instance's own here. What was wrong with an answer, not with the connection, is said in words of ours at the end.
/// </summary>
internal static class ProbeText
{
    public static string StartupSucceeded(ProbeSettings probe, string container, int port, int attempts) =>
        $"{Name(probe)} probe succeeded after {attempts} attempt{(attempts is 1 ? "" : "s")} for container \"{container}\" on port {port}{Path(probe)}.";

    public static string StartupFailed(ProbeSettings probe, string container, int port, ProbeResult result)
    {
        var line = $"{Name(probe)} probe failed {Times(result)} consecutively for container \"{container}\" on port {port}{Path(probe)}. The instance was not started.";
        return result.Outcome switch
        {
            { ConnectionStatus: { } status } when probe.IsDefault => $"{line} Connection failed with status {status}",
            { ConnectionStatus: { } status } => $"{line} Connection failed with status {status}.",
            { Detail: { } detail } => $"{line} ({detail})",
            _ => line,
        };
    }

    public static string LivenessFailed(ProbeSettings probe, string container, int port, ProbeResult result) =>
        $"{Name(probe)} probe failed {Times(result)} consecutively for container {container} on port {port}. The instance has been shut down.";

    private static string Name(ProbeSettings probe) =>
        $"{(probe.IsDefault ? "Default " : "")}{probe.Kind.ToString().ToUpperInvariant()} {probe.Way switch { ProbeWay.Http => "HTTP", ProbeWay.Tcp => "TCP", _ => "GRPC" }}";

    private static string Path(ProbeSettings probe) => probe.Way is ProbeWay.Http ? $" path \"{probe.Path}\"" : "";

    private static string Times(ProbeResult result) => result.Consecutive is 1 ? "1 time" : FormattableString.Invariant($"{result.Consecutive} times");
}
