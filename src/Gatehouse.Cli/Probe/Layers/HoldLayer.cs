using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>The connection lasts while nothing is said but pings, and each ping gets its pong.</summary>
internal sealed class HoldLayer : ILayer
{
    private const int PingsPerHold = 3;
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(5);

    public ProbeLayer Layer => ProbeLayer.Hold;

    public string? SkipReason(Walk walk) => walk.Settings.Hold > TimeSpan.Zero ? null : "not asked for";

    public async Task<Passage> PassAsync(Walk walk, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hearing = HearAsync(walk.Line!, over.Token);
        try
        {
            return new(await PingAsync(walk, cancellationToken));
        }
        finally
        {
            await over.CancelAsync();
            await hearing;
        }
    }

    /// <summary>Pings at once, then in even intervals until the time is over; the last pong is waited for, too.</summary>
    private static async Task<string> PingAsync(Walk walk, CancellationToken cancellationToken)
    {
        var (clock, hold) = (walk.Clock, walk.Settings.Hold);
        var interval = hold / PingsPerHold < LongestInterval ? hold / PingsPerHold : LongestInterval;
        var (began, pongs, slowest) = (clock.GetTimestamp(), 0, TimeSpan.Zero);
        while (true)
        {
            var sent = clock.GetTimestamp();
            await PongAsync(walk, cancellationToken);
            var took = clock.GetElapsedTime(sent);
            (pongs, slowest) = (pongs + 1, took > slowest ? took : slowest);
            var left = hold - clock.GetElapsedTime(began);
            if (left <= TimeSpan.Zero) return FormattableString.Invariant($"{pongs} pongs, the slowest after {SpanText.Of(slowest)}");
            await Task.WhenAny(Task.Delay(left < interval ? left : interval, clock, cancellationToken), walk.Line!.Ended);
            cancellationToken.ThrowIfCancellationRequested();
            if (walk.Line.Ended.IsCompleted) throw walk.Line.End!;
        }
    }

    private static async Task PongAsync(Walk walk, CancellationToken cancellationToken)
    {
        var limit = walk.Settings.Timeouts[ProbeLayer.Hold];
        using var late = new CancellationTokenSource(limit, walk.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await walk.Line!.PingAsync(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new LayerException("no pong", $"a ping was not answered within {SpanText.OfLimit(limit)}");
        }
    }

    /// <summary>What a service says while it is held is its own affair, but it must not stop the line.</summary>
    private static async Task HearAsync(Line line, CancellationToken over)
    {
        try
        {
            while (true) await line.ReceiveAsync(over);
        }
        catch (Exception exception) when (exception is OperationCanceledException or LayerException)
        {
            // The hold is over, or the line has ended, which the pings find out.
        }
    }
}
