using System.Text.Json.Serialization;

namespace Gatehouse.Runs;

/// <summary>
/// What instances tell one another. Best effort: whatever is told about a thread is in the store as well, and read again at the
/// next renewal or take-over, so that a lost signal costs seconds and nothing else.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Queued), "queued")]
[JsonDerivedType(typeof(Cancel), "cancel")]
[JsonDerivedType(typeof(Free), "free")]
[JsonDerivedType(typeof(Drain), "drain")]
[JsonDerivedType(typeof(Draining), "draining")]
internal abstract record Signal
{
    /// <summary>Concerns whoever owns a thread.</summary>
    public abstract record OfThread(string ThreadId) : Signal;

    /// <summary>A message waits behind the active run.</summary>
    public sealed record Queued(string ThreadId, string RunId, string MessageId, string Text) : OfThread(ThreadId);

    /// <summary>A run is to be cancelled.</summary>
    public sealed record Cancel(string ThreadId, string RunId) : OfThread(ThreadId);

    /// <summary>The thread has been given up with its runs open.</summary>
    public sealed record Free(string ThreadId) : OfThread(ThreadId);

    /// <summary>The instances of a revision are to drain: it gets no new connections any more, and keeps none.</summary>
    /// <param name="Revision">As in <see cref="Instance.Revision"/>.</param>
    /// <param name="Reason">What their clients are told.</param>
    public sealed record Drain(string Revision, string Reason) : Signal;

    /// <summary>An instance has heard <see cref="Drain"/>, and does it.</summary>
    /// <param name="InstanceId">As in <see cref="Instance.Id"/>.</param>
    public sealed record Draining(string Revision, string InstanceId) : Signal;
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
