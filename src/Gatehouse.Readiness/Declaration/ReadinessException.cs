namespace Gatehouse.Readiness;

/// <summary>A graph was declared that can never work. It is thrown while the host is built, before anything listens.</summary>
public sealed class ReadinessException : Exception
{
    internal ReadinessException(ReadinessError error, IReadOnlyList<string> path, string message) : base(message)
    {
        Error = error;
        Path = path;
    }

    /// <summary>Why the graph was refused.</summary>
    public ReadinessError Error { get; }

    /// <summary>The nodes that show it, in the order in which they wait; the message names them too.</summary>
    public IReadOnlyList<string> Path { get; }
}
