namespace Gatehouse.Log;

/// <summary>The log cannot be reached now; the message says why, in one line. The call may or may not have happened.</summary>
internal sealed class LogAwayException(string message, Exception inner) : Exception(message, inner);
