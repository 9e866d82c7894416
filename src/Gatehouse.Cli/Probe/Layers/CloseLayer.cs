using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>A close frame is answered with one.</summary>
internal sealed class CloseLayer : ILayer
{
    public ProbeLayer Layer => ProbeLayer.Close;

    public string? SkipReason(Walk walk) => null;

    public async Task<Passage> PassAsync(Walk walk, CancellationToken cancellationToken)
    {
        await walk.Line!.CloseAsync(cancellationToken);
        return new(FormattableString.Invariant($"answered with {walk.Line.CloseCode}"));
    }
}
