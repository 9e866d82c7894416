namespace Gatehouse.Readiness;

/// <summary>A probe's answer, ready to be written as often as it is asked for.</summary>
internal sealed record ProbeAnswer(int Status, byte[] Body);
