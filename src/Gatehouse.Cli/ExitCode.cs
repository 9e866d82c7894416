namespace Gatehouse.Cli;

/// <summary>What the tool tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>The answer is complete, or the user left.</summary>
    public const int Done = 0;

    /// <summary>There is no server there, or it let no one in.</summary>
    public const int NoServer = 1;

    /// <summary>It is done, and its report could not be written.</summary>
    public const int Unkept = 1;

    /// <summary>What was measured breaks a threshold.</summary>
    public const int Broken = 1;

    /// <summary>A manifest has errors, or with <c>--strict</c> warnings.</summary>
    public const int Faulty = 1;

    /// <summary>The message was refused, or its run failed.</summary>
    public const int Failed = 2;

    /// <summary>The agent asks something that only a person at a terminal can answer.</summary>
    public const int Asks = 3;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>A fault of the tool itself (<c>EX_SOFTWARE</c>).</summary>
    public const int Unforeseen = 70;

    /// <summary>Standard output is closed or full, or a file cannot be used (<c>EX_IOERR</c>).</summary>
    public const int CannotWrite = 74;

    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>Something is wrong with the server, and it is explained why.</summary>
    public const int NotWell = 2;

    /// <summary>Something is wrong with the server, and the evidence does not reach a cause.</summary>
    public const int Unexplained = 3;

    /// <summary>A candidate was not good; traffic and sockets are back, and that was shown.</summary>
    public const int RolledBack = 2;

    /// <summary>It was rolled back, and nothing shows that it worked; or there was nothing to go back to.</summary>
    public const int Unproved = 3;

    /// <summary>Nothing was deployed.</summary>
    public const int Refused = 4;
}
