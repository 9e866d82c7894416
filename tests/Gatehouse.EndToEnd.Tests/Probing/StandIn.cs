using System.Net;
using System.Net.Sockets;

namespace Gatehouse.EndToEnd.Probing;

/// <summary>What can be wrong with a dependency while a server starts.</summary>
public enum Fault
{
    /// <summary>Nobody listens yet.</summary>
    Late,

    /// <summary>Connections are reset.</summary>
    Refusing,

    /// <summary>Connections are taken and never answered.</summary>
    Hanging,

    WrongPassword,
    WrongSchema,

    /// <summary>It can be read, not written.</summary>
    ReadOnly,
}

/// <summary>
/// A server for the host's node <c>dependency</c>, with one fault until the test releases it. It speaks lines over TCP: each question
/// is answered by <c>ok</c>, or by a signature and what is wrong.
/// </summary>
internal sealed class StandIn : IAsyncDisposable
{
    private readonly Fault? _fault;
    private readonly CancellationTokenSource _leaving = new();
    private readonly List<Task> _connections = [];      // the accepting task's alone until it has ended
    private readonly TcpListener _listener;
    private Task _accepting = Task.CompletedTask;
    private volatile bool _isReleased;

    private StandIn(Fault? fault)
    {
        _fault = fault;
        Port = FreePort.Next();
        _listener = new(IPAddress.Loopback, Port);
        if (fault is not Fault.Late) Listen();
    }

    public int Port { get; }

    /// <summary>One that has this fault; or none, if it is left out.</summary>
    public static StandIn Start(Fault? fault = null) => new(fault);

    /// <summary>Takes the fault away.</summary>
    public void Release()
    {
        _isReleased = true;
        if (_fault is Fault.Late) Listen();
    }

    /// <summary>Goes away: open connections end, and nobody listens any more.</summary>
    public async Task LeaveAsync()
    {
        await _leaving.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_connections);
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        _leaving.Dispose();
    }

    private void Listen()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_leaving.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over, or wants it gone.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { AutoFlush = true };
        try
        {
            while (await reader.ReadLineAsync(_leaving.Token) is { } question)
                switch (_isReleased ? null : _fault)
                {
                    case Fault.Refusing:
                        socket.Close(timeout: 0);      // a reset, not an orderly end
                        return;
                    case Fault.Hanging:
                        await Task.Delay(Timeout.Infinite, _leaving.Token);
                        break;
                    case var fault:
                        await writer.WriteLineAsync(Answer(question, fault));
                        break;
                }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The other side, or the test, has had enough.
        }
    }

    private static string Answer(string question, Fault? fault) => (question, fault) switch
    {
        ("login", Fault.WrongPassword) => "28P01 password authentication failed for user \"gatehouse\"",
        ("schema", Fault.WrongSchema) => "42P01 relation \"agent_executions\" does not exist",
        ("write", Fault.ReadOnly) => "READONLY You can't write against a read only replica.",
        _ => "ok",
    };
}
