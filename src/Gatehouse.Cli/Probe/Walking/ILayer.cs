using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>One layer on the way to an answer. It keeps nothing: what it finds goes into the walk.</summary>
internal interface ILayer
{
    ProbeLayer Layer { get; }

    /// <summary>Why it is not tried in this walk; null if it is.</summary>
    string? SkipReason(Walk walk);

    /// <summary>Passes it. Whatever it throws is the layer's failure.</summary>
    Task<Passage> PassAsync(Walk walk, CancellationToken cancellationToken);
}

/// <summary>How a layer went that did not fail.</summary>
/// <param name="Note">What is to be said about it; null if nothing is. For a layer that turned out not to apply: why.</param>
internal readonly record struct Passage(string? Note = null, bool IsSkipped = false);
