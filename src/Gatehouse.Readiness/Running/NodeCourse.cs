namespace Gatehouse.Readiness;

/// <summary>How a node has done so far, for measuring; more than its snapshot tells.</summary>
/// <param name="Breaks">How often its connection broke.</param>
/// <param name="Unbroken">How long it has shown no failure and no break.</param>
/// <param name="Wait">From the start of the graph until it was launched; null until then.</param>
/// <param name="TimeToReady">From launch to ready; null until then.</param>
internal sealed record NodeCourse(string Name, int GoodChecks, int BadChecks, int Breaks, TimeSpan Unbroken, TimeSpan? Wait, TimeSpan? TimeToReady);
