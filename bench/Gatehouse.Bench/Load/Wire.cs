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
}

/// <summary>What a turn asks for.</summary>
/// <param name="MergeMs">How long the server may collect tokens into one event. Gatehouse always does, for 40 ms.</param>
internal sealed record Answer(int Tokens, int PaceMs, int MergeMs);
