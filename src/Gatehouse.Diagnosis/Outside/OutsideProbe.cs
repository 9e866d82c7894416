namespace Gatehouse.Diagnosis;

/// <summary>What a client sees of a service from outside: one walk through the layers, up to the first that fails.</summary>
public sealed record OutsideProbe
{
    /// <summary>The address, without user, password and query.</summary>
    public required string Target { get; init; }

    /// <summary>When the probe began, by the wall clock of who probed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The layers in their order, the skipped ones included.</summary>
    public required IReadOnlyList<LayerResult> Layers { get; init; }

    /// <summary>The HTTP status of the handshake; null if there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>The answer's <c>Server</c> or <c>Via</c>: who spoke, the service or something before it.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>After how long the answer says to come back; null if it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The beginning of a refusal's body, 512 characters at most; null if there was none.</summary>
    public string? Body { get; init; }

    /// <summary>
    /// The machine-readable name of a platform's or proxy's well-known refusal: who speaks and what it says, as <c>cloudrun.no_instance</c>;
    /// null if it is none.
    /// </summary>
    public string? Known { get; init; }

    /// <summary>The <c>reason</c> of a Gatehouse's own refusal, as <c>not_ready</c>; null if it was none.</summary>
    public string? Refusal { get; init; }

    /// <summary>The node for which a Gatehouse says that it waits, in its refusal or in place of its hello; null if it names none.</summary>
    public string? Node { get; init; }

    /// <summary>The WebSocket close code, if the service closed the connection.</summary>
    public int? CloseCode { get; init; }

    /// <summary>Whether the service has shown itself to be a Gatehouse; null if it could not be told.</summary>
    public bool? IsGatehouse { get; init; }

    /// <summary>The first layer that failed; null if none did.</summary>
    public LayerResult? FirstFailure => Layers.FirstOrDefault(layer => layer.Outcome is LayerOutcome.Failed);
}
