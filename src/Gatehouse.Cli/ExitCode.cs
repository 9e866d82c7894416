namespace Gatehouse.Cli;

/// <summary>What the tool tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>The answer is complete, or the user left.</summary>
    public const int Done = 0;

    /// <summary>There is no server there, or it let no one in. Also: the command line is wrong.</summary>
    public const int NoServer = 1;

    /// <summary>The message was refused, or its run failed.</summary>
    public const int Failed = 2;

    /// <summary>The agent asks something that only a person at a terminal can answer.</summary>
    public const int Asks = 3;

    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>Something is wrong with the server, and it is explained why.</summary>
    public const int NotWell = 2;

    /// <summary>Something is wrong with the server, and the evidence does not reach a cause.</summary>
    public const int Unexplained = 3;
}
