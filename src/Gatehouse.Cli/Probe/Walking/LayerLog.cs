using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>Lets a walk pass its layers one after another, each within its time, and writes down how each went.</summary>
internal sealed class LayerLog(Walk walk)
{
    private const string EarlierFailed = "an earlier layer failed";
    private readonly List<LayerResult> _results = [];

    public IReadOnlyList<LayerResult> Results => _results;

    public bool HasFailed { get; private set; }

    public async Task PassAsync(ILayer layer, CancellationToken cancellationToken)
    {
        var skipped = HasFailed ? EarlierFailed : walk.Wants(layer.Layer) ? layer.SkipReason(walk) : "not asked for";
        _results.Add(skipped is null ? await TryAsync(layer, cancellationToken) : Skipped(layer.Layer, TimeSpan.Zero, skipped));
        HasFailed |= _results[^1].Outcome is LayerOutcome.Failed;
    }

    private async Task<LayerResult> TryAsync(ILayer layer, CancellationToken cancellationToken)
    {
        var limit = LimitOf(layer.Layer);
        using var late = new CancellationTokenSource(limit, walk.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var began = walk.Clock.GetTimestamp();
        try
        {
            var passage = await layer.PassAsync(walk, either.Token);
            var took = walk.Clock.GetElapsedTime(began);
            return passage.IsSkipped
                ? Skipped(layer.Layer, took, passage.Note)
                : new(layer.Layer, LayerOutcome.Passed, took) { Reason = Clean(passage.Note) };
        }
        catch (Exception exception)
        {
            // Called off, it may fail in any way, and none of them is the service's.
            cancellationToken.ThrowIfCancellationRequested();
            var fault = late.IsCancellationRequested && exception is not LayerException ? Late(layer.Layer, limit) : LayerFaults.Explain(exception);
            return new(layer.Layer, LayerOutcome.Failed, walk.Clock.GetElapsedTime(began)) { Reason = Clean(fault.Message), Signature = fault.Signature };
        }
    }

    /// <summary>The hold takes as long as it was asked to, and its own limit is that of each pong.</summary>
    private TimeSpan LimitOf(ProbeLayer layer)
    {
        var limit = walk.Settings.Timeouts[layer];
        return layer is ProbeLayer.Hold ? walk.Settings.Hold + limit + limit : limit;
    }

    private static LayerException Late(ProbeLayer layer, TimeSpan limit) => layer is ProbeLayer.Hello
        ? new("no hello", $"the service did not say its first word within {SpanText.OfLimit(limit)}")
        : new("timeout", $"no answer within {SpanText.OfLimit(limit)}");

    private static LayerResult Skipped(ProbeLayer layer, TimeSpan took, string? why) => new(layer, LayerOutcome.Skipped, took) { Reason = why };

    private string? Clean(string? text) => text is null ? null : walk.Settings.Secrets.Clean(text, 400);
}
