using System.Net;
using System.Text.Json;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>Asks for the service's view of itself at the address to which the walk has connected, over a connection of its own.</summary>
internal sealed class StartupReader(ProbeSettings settings, TimeProvider clock)
{
    private const int LongestBodyBytes = 512 * 1024;
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(3);

    /// <summary>Never throws, except when it is cancelled: that there is no answer is an answer.</summary>
    public async Task<StartupReading> ReadAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var (status, body, fault) = await GetAsync("/startup", address, cancellationToken);
        return status is { } code ? StartupReading.Read(clock.GetUtcNow(), code, body, settings.Secrets) : new(clock.GetUtcNow(), null, fault);
    }

    /// <summary>All that the service knows of itself; null if it does not tell.</summary>
    public async Task<Case?> ReadCaseAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var (status, body, _) = await GetAsync("/api/case", address, cancellationToken);
        if (status is not 200) return null;
        try
        {
            return DiagnosisJson.ReadCase(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<(int? Status, string Body, string? Fault)> GetAsync(string path, IPAddress address, CancellationToken cancellationToken)
    {
        var limit = settings.Timeouts[ProbeLayer.Upgrade] < LongestPatience ? settings.Timeouts[ProbeLayer.Upgrade] : LongestPatience;
        using var patience = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var connection = await new Dialer(settings, clock).OpenAsync(address, either.Token);
            var request = new RequestHead(path, settings);
            request.Add("Accept", "application/json");
            request.Add("Connection", "close");
            await connection.Stream.WriteAsync(request.ToBytes(), either.Token);
            var reader = new HttpReader(connection.Stream);
            var head = await reader.ReadHeadAsync(either.Token);
            return (head.Status, await reader.ReadBodyAsync(head, LongestBodyBytes, either.Token), null);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, "", $"no answer within {SpanText.OfLimit(limit)}");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return (null, "", settings.Secrets.Clean(LayerFaults.Explain(exception).Message));
        }
    }
}
