namespace Gatehouse.Operations;

/// <summary>Who is connected and what is executing.</summary>
internal sealed record ConnectionsAndRuns(
    long Open, long Held, long Draining, long Accepted, long Refused,
    long ActiveRuns, IReadOnlyList<ActiveRun> Runs, int QueuedRuns);

/// <summary>The runs of this instance.</summary>
internal sealed record RunsNow(IReadOnlyList<ActiveRun> Active, int Queued);

/// <summary>One run that is executing.</summary>
/// <param name="Run">
/// The beginning of its id. Never the whole of it, and never the thread's: on a server without accounts an id is the permission
/// to read or cancel, and everybody may ask the ops agent.
/// </param>
internal sealed record ActiveRun(string Run, string Agent, double Seconds, int Step)
{
    public static string Short(string id) => id.Length > 8 ? id[..8] : id;
}
