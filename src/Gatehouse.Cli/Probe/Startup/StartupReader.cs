using System.Net;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>Asks <c>GET /startup</c> at the address to which the walk has connected, over a connection of its own.</summary>
internal sealed class StartupReader(ProbeSettings settings, TimeProvider clock)
{
    private const int LongestBodyBytes = 512 * 1024;
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(3);

    /// <summary>Never throws, except when it is cancelled: that there is no answer is an answer.</summary>
    public async Task<StartupReading> ReadAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var limit = settings.Timeouts[ProbeLayer.Upgrade] < LongestPatience ? settings.Timeouts[ProbeLayer.Upgrade] : LongestPatience;
        using var patience = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var connection = await new Dialer(settings, clock).OpenAsync(address, either.Token);
            var request = new RequestHead("/startup", settings);
            request.Add("Accept", "application/json");
            request.Add("Connection", "close");
            await connection.Stream.WriteAsync(request.ToBytes(), either.Token);
            var reader = new HttpReader(connection.Stream);
            var head = await reader.ReadHeadAsync(either.Token);
            var body = await reader.ReadBodyAsync(head, LongestBodyBytes, either.Token);
            return StartupReading.Read(clock.GetUtcNow(), head.Status, body, settings.Secrets);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(clock.GetUtcNow(), null, $"no answer within {SpanText.OfLimit(limit)}");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new(clock.GetUtcNow(), null, settings.Secrets.Clean(LayerFaults.Explain(exception).Message));
        }
    }
}
