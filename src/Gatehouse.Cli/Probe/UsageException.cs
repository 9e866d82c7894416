namespace Gatehouse.Cli.Probe;

/// <summary>The command line is wrong; the message names the argument and what would be right.</summary>
internal sealed class UsageException(string message) : Exception(message);
