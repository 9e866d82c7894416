namespace Gatehouse.Cli;

/// <summary>Where the tool reads and writes. Answers go to standard output; all that is said about them goes to standard error.</summary>
internal sealed class Terminal(TextReader input, TextWriter output, TextWriter error)
{
    private readonly Lock _gate = new();    // one line at a time, whoever writes
    private bool _lineIsOpen;

    /// <summary>Whether a person types: then there is a prompt.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether dim text is marked as such.</summary>
    public bool HasStyle { get; init; }

    /// <summary>The columns of the terminal that output goes to; null where it goes to none.</summary>
    public int? Width { get; init; }

    public TextReader In => input;

    public static Terminal OfProcess() => new(Console.In, Console.Out, Console.Error)
    {
        IsInteractive = !Console.IsInputRedirected && !Console.IsOutputRedirected,
        HasStyle = !Console.IsErrorRedirected && !Console.IsOutputRedirected,
        Width = Console.IsOutputRedirected || Console.WindowWidth <= 0 ? null : Console.WindowWidth,
    };

    /// <summary>Writes a piece of an answer, without a new line.</summary>
    public void Write(string text)
    {
        if (text.Length is 0) return;
        lock (_gate)
        {
            output.Write(text);
            output.Flush();
            _lineIsOpen = text[^1] is not '\n';
        }
    }

    /// <summary>Ends the line of an answer, if one is open.</summary>
    public void EndLine()
    {
        lock (_gate)
        {
            if (_lineIsOpen) output.WriteLine();
            output.Flush();
            _lineIsOpen = false;
        }
    }

    public void Prompt()
    {
        EndLine();
        if (!IsInteractive) return;
        lock (_gate)
        {
            output.Write("> ");
            output.Flush();
        }
    }

    /// <summary>Says something about the conversation, on a line of its own.</summary>
    public void Note(string text)
    {
        EndLine();
        lock (_gate) error.WriteLine(HasStyle ? $"\e[2m{text}\e[0m" : text);
    }

    public void Fail(string text)
    {
        EndLine();
        lock (_gate) error.WriteLine($"gatehouse: {text}");
    }
}
