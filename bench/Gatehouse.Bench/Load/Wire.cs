namespace Gatehouse.Bench.Load;

/// <summary>How a server's protocol says the few things that the load has to say. Threads are groups or rooms elsewhere.</summary>
internal abstract class Wire
{
    public static Wire Of(string name) => name switch
    {
        "gatehouse" => new GatehouseWire(),
        "signalr" => new SignalRWire(),
        "socketio" => new SocketIoWire(),
        _ => throw new ArgumentException($"There is no wire {name}."),
    };

    public abstract string Path { get; }

    public virtual string? Subprotocol => null;

    /// <summary>What the client says first; null for nothing.</summary>
    public virtual string? Hello => null;

    /// <summary>Said every ten seconds by a client that wants to stay; null for nothing.</summary>
    public virtual string? KeepAlive => null;

    /// <summary>Whether a message says that the connection is open.</summary>
    public abstract bool IsOpened(ReadOnlySpan<byte> message);

    /// <summary>What has to be answered at once; null for nothing.</summary>
    public virtual string? Reply(ReadOnlySpan<byte> message) => null;

    public abstract string Join(string threadId);

    /// <param name="turn">Number of the turn in its thread.</param>
    public abstract string Run(string threadId, int turn, Answer answer);

    /// <summary>As <see cref="Run"/>, but the one who asks does not read the answer.</summary>
    public abstract string Ask(string threadId, int turn, Answer answer);

    /// <summary>Whether a thread is made by its first question, and can be joined only then. Groups and rooms need no making.</summary>
    public virtual bool MakesThreads => false;

    /// <summary>Whether a message says that it has been made.</summary>
    public virtual bool IsAccepted(ReadOnlySpan<byte> message) => false;

    /// <summary>Notes what a client has to know to come back; nothing, where the protocol has nothing.</summary>
    public virtual void Note(ReadOnlySpan<byte> message, Place place)
    {
    }

    /// <summary>What a client that comes back says first.</summary>
    public virtual string? HelloAgain(Place place) => Hello;

    /// <summary>How it goes on with a thread.</summary>
    public virtual string JoinAgain(string threadId, Place place) => Join(threadId);
}

/// <summary>What a turn asks for.</summary>
/// <param name="MergeMs">How long the server may collect tokens into one event. Gatehouse always does, for 40 ms.</param>
/// <param name="Saying">What its tokens say: <c>fixed</c> bytes, their <c>number</c>, or the <c>time</c>.</param>
internal sealed record Answer(int Tokens, int PaceMs, int MergeMs, string Saying = "fixed");

/// <summary>What a client keeps to come back with.</summary>
internal sealed class Place
{
    public string? Session { get; set; }

    /// <summary>Of the last that it has got.</summary>
    public string? Position { get; set; }
}
