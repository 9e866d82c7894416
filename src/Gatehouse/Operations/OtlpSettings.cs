using Microsoft.Extensions.Configuration;

namespace Gatehouse.Operations;

/// <summary>
/// Whether and where metrics and traces are sent by OTLP. OpenTelemetry's own variables say it, and its SDK reads them; what it would
/// ignore in silence is an error here. A key of the configuration of the same name does as well.
/// </summary>
internal sealed record OtlpSettings(bool Metrics, bool Traces, IConfiguration Configuration)
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    private static readonly string[] Protocols = ["grpc", "http/protobuf"];

    public static OtlpSettings Read(IConfiguration configuration, List<string> errors)
    {
        foreach (var key in (string[])[$"{Prefix}ENDPOINT", $"{Prefix}METRICS_ENDPOINT", $"{Prefix}TRACES_ENDPOINT"])
            if (configuration[key] is { Length: > 0 } address && !IsWeb(address))
                errors.Add($"{key} is not an address that can be used; it must be an absolute http or https address, such as http://collector:4317.");
        foreach (var key in (string[])[$"{Prefix}PROTOCOL", $"{Prefix}METRICS_PROTOCOL", $"{Prefix}TRACES_PROTOCOL"])
            if (configuration[key] is { Length: > 0 } protocol && !Protocols.Contains(protocol))
                errors.Add($"{key} is '{protocol}'; it must be grpc or http/protobuf.");
        var disabled = string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase);
        return new(!disabled && IsGiven(configuration, "METRICS"), !disabled && IsGiven(configuration, "TRACES"), configuration);
    }

    private static bool IsGiven(IConfiguration configuration, string signal) =>
        configuration[$"OTEL_{signal}_EXPORTER"] is not "none"
        && (configuration[$"{Prefix}ENDPOINT"] is { Length: > 0 } || configuration[$"{Prefix}{signal}_ENDPOINT"] is { Length: > 0 });

    // An address may carry a password, so that it is not repeated in the error.
    private static bool IsWeb(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
