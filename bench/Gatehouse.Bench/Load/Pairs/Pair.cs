namespace Gatehouse.Bench.Load.Pairs;

/// <summary>Two instances, as a load sees them: answers are asked for at A.</summary>
internal sealed record Pair(string Wire, int PortA, int PortB);
