namespace Gatehouse.Agents.Ops;

/// <summary>
/// Spaces tokens evenly: the first at once, the n-th n intervals later by the clock, so that slow consumers and coarse timers do
/// not add up. Not for use from two places at once.
/// </summary>
internal sealed class Pace(double perSecond, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private int _given;

    public async ValueTask NextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var number = _given++;
        if (perSecond <= 0 || number == 0)
            return;
        var wait = TimeSpan.FromSeconds(number / perSecond) - clock.GetElapsedTime(_start);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, cancellationToken);
    }
}
