using Gatehouse.Client;
using Gatehouse.Protocol;

namespace Gatehouse.Cli;

/// <summary>
/// Prints what is new in a thread. It looks at the state, not at events: a snapshot in the middle of an answer goes on where the text on
/// the screen ends, and an answer that the server took back is begun again in sight.
/// </summary>
internal sealed class ThreadPrinter(Terminal terminal)
{
    private const int ToolLineChars = 120;
    private readonly Lock _gate = new();                            // guards all below
    private readonly Dictionary<string, string> _printed = [];      // text by message
    private string? _open;                                          // the message whose line is being written

    /// <summary>Treats a message as printed: the user has just typed it.</summary>
    public void Skip(string messageId)
    {
        lock (_gate) _printed[messageId] = "";
    }

    public void Show(ThreadView view)
    {
        lock (_gate)
        {
            foreach (var message in view.Messages)
            {
                switch (message.Role)
                {
                    case "assistant": ShowAnswerLocked(message); break;
                    case "tool" when _printed.TryAdd(message.Id, ""): ShowToolLocked(message, view); break;
                    case "user" when _printed.TryAdd(message.Id, ""): ShowQuestionLocked(message); break;
                }
            }
        }
    }

    private void ShowAnswerLocked(ThreadMessage message)
    {
        var text = message.Content ?? "";
        var printed = _printed.GetValueOrDefault(message.Id, "");
        if (text == printed) return;
        if (!text.StartsWith(printed, StringComparison.Ordinal))
        {
            terminal.Note("(the answer was begun again)");
            printed = "";
        }
        if (_open != message.Id) terminal.EndLine();
        _open = message.Id;
        terminal.Write(text[printed.Length..]);
        _printed[message.Id] = text;
    }

    private void ShowToolLocked(ThreadMessage result, ThreadView view)
    {
        var call = view.Messages.SelectMany(message => message.ToolCalls ?? []).FirstOrDefault(call => call.Id == result.ToolCallId);
        var line = $"· {call?.Function.Name ?? "tool"}({call?.Function.Arguments}) → {result.Error ?? result.Content}".ReplaceLineEndings(" ");
        terminal.Note(line.Length > ToolLineChars ? line[..(ToolLineChars - 1)] + "…" : line);
        _open = null;
    }

    private void ShowQuestionLocked(ThreadMessage message)
    {
        terminal.Note($"> {message.Content}");
        _open = null;
    }
}
