using System.Runtime.CompilerServices;

namespace Gatehouse.LocalRun.Probes;

/// <summary>Tries again and again by a probe's settings. The period runs from attempt to attempt; an attempt that takes longer delays the next.</summary>
internal sealed class ProbeLoop(ProbeSettings probe, Func<CancellationToken, Task<ProbeOutcome>> attempt, TimeProvider clock)
{
    /// <summary>Each attempt as it comes out, without end.</summary>
    public async IAsyncEnumerable<ProbeResult> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (probe.InitialDelay > TimeSpan.Zero) await Task.Delay(probe.InitialDelay, clock, cancellationToken);
        var (last, consecutive) = ((bool?)null, 0);
        while (true)
        {
            var began = clock.GetTimestamp();
            var outcome = await attempt(cancellationToken);
            consecutive = outcome.Succeeded == last ? consecutive + 1 : 1;
            last = outcome.Succeeded;
            yield return new(outcome, consecutive);
            var rest = probe.Period - clock.GetElapsedTime(began);
            if (rest > TimeSpan.Zero) await Task.Delay(rest, clock, cancellationToken);
        }
    }
}
