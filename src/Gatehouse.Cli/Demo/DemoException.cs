namespace Gatehouse.Cli.Demo;

/// <summary>The demo cannot be given on this machine; the message says what is missing and how to get it.</summary>
internal sealed class DemoException(string message) : Exception(message);
