namespace Gatehouse.Tests.Simulation;

/// <summary>The size of a history.</summary>
/// <param name="Steps">Scheduling decisions before the world is left to heal.</param>
/// <param name="Messages">What the users send.</param>
/// <param name="Faults">How many faults at most.</param>
/// <param name="FaultEvery">One decision in this many is a fault.</param>
internal sealed record Plan(int Steps, int Messages, int Faults, int FaultEvery)
{
    public static readonly Plan Usual = new(Steps: 120, Messages: 3, Faults: 6, FaultEvery: 8);
}

/// <summary>A property that does not hold, in a history that shows it.</summary>
internal sealed class ViolationException(string message) : Exception(message);
