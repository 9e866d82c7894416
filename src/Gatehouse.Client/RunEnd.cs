using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>How a run ended.</summary>
/// <param name="Outcome">One of the constants here.</param>
/// <param name="Code">The code of a failed run.</param>
/// <param name="Message">For people: why it failed.</param>
/// <param name="Interrupts">What an interrupted run asks.</param>
public sealed record RunEnd(
    string RunId, string Outcome, string? Code = null, string? Message = null, IReadOnlyList<Interrupt>? Interrupts = null)
{
    public const string Success = "success";
    public const string Interrupt = "interrupt";
    public const string Cancelled = "cancelled";

    /// <summary>The run ended with <c>RUN_ERROR</c>.</summary>
    public const string Error = "error";

    /// <summary>The run ended while the client was away, and a snapshot told no more than that.</summary>
    public const string Unknown = "unknown";
}
