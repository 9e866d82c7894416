using Gatehouse.LocalRun.Events;

namespace Gatehouse.LocalRun;

/// <summary>How the local Cloud Run is set up.</summary>
public sealed class LocalCloudOptions
{
    /// <summary>Where ingress and API listen on the loopback addresses; 0: any free port.</summary>
    public int Port { get; set; } = 8080;

    /// <summary>All of the platform's periods are divided by it; 1 is real time. Above 0, at most 100,000: with more the clock would leave the calendar within days.</summary>
    public double TimeScale { get; set; } = 1;

    /// <summary>The project (namespace) under which resources are found.</summary>
    public string Project { get; set; } = "local";

    /// <summary>The command that stands for an image, by the image's full name.</summary>
    public IDictionary<string, ImageCommand> Images { get; } = new Dictionary<string, ImageCommand>(StringComparer.Ordinal);

    /// <summary>The real clock, which <see cref="TimeScale"/> is applied to.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Is called with every event, in order and one at a time, from the thread on which it happens; it must neither block nor ask anything of the cloud.</summary>
    public Action<CloudEvent>? Sink { get; set; }

    /// <summary>Whether the ingress answers paths that end in <c>z</c> with 404 itself, as the platform was seen to do with <c>/healthz</c>. Default true.</summary>
    public bool ReservesPathsEndingInZ { get; set; } = true;
}

/// <summary>What is started where the platform would start a container of an image.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">Its arguments, before those of the manifest.</param>
/// <param name="WorkingDirectory">Null: that of this process.</param>
public sealed record ImageCommand(string File, IReadOnlyList<string> Arguments, string? WorkingDirectory = null);
