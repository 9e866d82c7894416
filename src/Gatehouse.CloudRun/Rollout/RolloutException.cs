namespace Gatehouse.CloudRun.Rollout;

/// <summary>A rollout cannot begin or go on, and has changed nothing by that. The message says what would be right.</summary>
public sealed class RolloutException(string message) : Exception(message);
