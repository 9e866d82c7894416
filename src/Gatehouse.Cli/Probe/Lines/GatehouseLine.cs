using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Cli.Probe;

/// <summary>A line to a Gatehouse: messages of its protocol in both directions.</summary>
internal sealed class GatehouseLine
{
    private readonly Line _line;
    private readonly Queue<ServerMessage> _read = [];
    private long _lastId;

    /// <param name="first">A message that has been received already.</param>
    public GatehouseLine(Line line, LineMessage? first = null)
    {
        _line = line;
        if (first is { } message) Split(message);
    }

    /// <summary>Of the welcome: never to be shown.</summary>
    public string? ResumeToken { get; set; }

    public static bool IsWelcome(LineMessage message)
    {
        try
        {
            return !message.IsBinary && new GatehouseLine(null!, message)._read.FirstOrDefault() is Welcome;
        }
        catch (LayerException)
        {
            return false;
        }
    }

    /// <summary>The next message that this build knows.</summary>
    public async Task<ServerMessage> NextAsync(CancellationToken cancellationToken)
    {
        while (_read.Count is 0) Split(await _line.ReceiveAsync(cancellationToken));
        return _read.Dequeue();
    }

    /// <summary>Sends a command and waits for its answer; what else comes is left out: it is of no thread that is followed yet.</summary>
    public async Task<T> AskAsync<T>(Func<CommandId, Command> command, Func<T, CommandId> idOf, CancellationToken cancellationToken) where T : ServerMessage
    {
        var id = new CommandId(++_lastId);
        await _line.SendAsync(command(id).ToUtf8(), cancellationToken);
        while (true)
        {
            switch (await NextAsync(cancellationToken))
            {
                case T answer when idOf(answer) == id: return answer;
                case ErrorMessage error when error.Id == id || error.Id is null:
                    throw new LayerException($"refused {error.Code}", $"the Gatehouse refuses it: {error.Message}");
            }
        }
    }

    private void Split(LineMessage frame)
    {
        if (frame.IsBinary) throw new LayerException("not the protocol", "the service sent a binary message");
        try
        {
            for (var rest = frame.Bytes.AsSpan(); !rest.IsEmpty;)
            {
                var end = rest.IndexOf((byte)'\n');
                var line = end < 0 ? rest : rest[..end];
                rest = end < 0 ? default : rest[(end + 1)..];
                if (!line.IsEmpty && ServerMessage.Parse(line) is { } message) _read.Enqueue(message);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new LayerException("not the protocol", "the service sent what is no message of Gatehouse's protocol");
        }
    }
}
