using System.Runtime.CompilerServices;
using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Probes;
using Gatehouse.LocalRun.Revisions;

namespace Gatehouse.LocalRun.Instances;

/// <summary>The three probes of one instance, and what the log says of them. Each goes on until it is cancelled or has its verdict.</summary>
internal sealed class InstanceProbes(RevisionSettings revision, string instance, int port, Platform platform)
{
    /// <returns>Null once it has passed; else the line that says why not.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<string?> StartUpAsync(CancellationToken cancellationToken)
    {
        var (probe, attempts) = (revision.Startup, 0);
        await foreach (var result in RunAsync(probe, cancellationToken))
        {
            attempts++;
            if (result.Outcome.Succeeded)
            {
                Log(LogSeverity.Info, ProbeText.StartupSucceeded(probe, revision.ContainerName, PortOf(probe), attempts));
                return null;
            }
            if (result.Consecutive < probe.FailureThreshold) continue;
            var line = ProbeText.StartupFailed(probe, revision.ContainerName, PortOf(probe), result);
            Log(LogSeverity.Error, line);
            return line;
        }
        return null;
    }

    /// <summary>Ends when it is exhausted, which <paramref name="exhausted"/> is told, or cancelled.</summary>
    public async Task LivenessAsync(Action<string> exhausted, CancellationToken cancellationToken)
    {
        if (revision.Liveness is not { } probe) return;
        try
        {
            await foreach (var result in RunAsync(probe, cancellationToken))
            {
                if (result.Outcome.Succeeded || result.Consecutive < probe.FailureThreshold) continue;
                var line = ProbeText.LivenessFailed(probe, revision.ContainerName, PortOf(probe), result);
                Log(LogSeverity.Error, line);
                exhausted(line);
                return;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The instance ends.
        }
    }

    /// <summary>Ends when it is cancelled. An instance counts as ready before the first result: it has passed its start-up probe.</summary>
    public async Task ReadinessAsync(Action<bool> changed, CancellationToken cancellationToken)
    {
        if (revision.Readiness is not { } probe) return;
        var isReady = true;
        try
        {
            await foreach (var (outcome, consecutive) in RunAsync(probe, cancellationToken))
            {
                if (outcome.Succeeded == isReady || consecutive < (outcome.Succeeded ? probe.SuccessThreshold : probe.FailureThreshold)) continue;
                isReady = outcome.Succeeded;
                platform.Events.Add(new InstanceReadinessChanged(revision.Revision, instance, isReady));
                changed(isReady);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The instance ends.
        }
    }

    private async IAsyncEnumerable<ProbeResult> RunAsync(ProbeSettings probe, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var loop = new ProbeLoop(probe, token => ProbeCheck.TryAsync(probe, PortOf(probe), platform.Clock, token), platform.Clock);
        await foreach (var result in loop.RunAsync(cancellationToken))
        {
            platform.Events.Add(new ProbeTried(revision.Revision, instance, probe.Kind.ToString().ToUpperInvariant(),
                result.Outcome.Succeeded, result.Consecutive, result.Outcome.Detail));
            yield return result;
        }
    }

    // The manifest's own port stands for the instance's; another is taken as it is.
    private int PortOf(ProbeSettings probe) => probe.Port is { } other && other != revision.ContainerPort ? other : port;

    private void Log(LogSeverity severity, string line) => platform.Events.Log(severity, revision.Service, revision.Revision, instance, line);
}
