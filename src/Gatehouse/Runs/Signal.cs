namespace Gatehouse.Runs;

/// <summary>
/// What instances tell one another about a thread. Best effort: whatever is told is in the store as well, and read again at the
/// next renewal or take-over, so that a lost signal costs seconds and nothing else.
/// </summary>
internal abstract record Signal(string ThreadId)
{
    /// <summary>A message waits behind the active run.</summary>
    public sealed record Queued(string ThreadId, string RunId, string MessageId, string Text) : Signal(ThreadId);

    /// <summary>A run is to be cancelled.</summary>
    public sealed record Cancel(string ThreadId, string RunId) : Signal(ThreadId);

    /// <summary>The thread has been given up with its runs open.</summary>
    public sealed record Free(string ThreadId) : Signal(ThreadId);
}

/// <summary>Carries signals to the other instances. Safe to use from any thread; never throws, never waits.</summary>
internal interface ISignals
{
    void Send(Signal signal);
}

/// <summary>The signals of an instance that is alone.</summary>
internal sealed class NoSignals : ISignals
{
    public void Send(Signal signal)
    {
        // Nobody is there to hear it.
    }
}
