namespace Gatehouse.Cli;

/// <summary>Ctrl-C: the first cancels the answer that is being written; a second one, or one without an answer, leaves.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly Conversation _chat;
    private readonly CancellationTokenSource _left = new();

    public Interruption(Conversation chat)
    {
        _chat = chat;
        Console.CancelKeyPress += OnCtrlC;
    }

    /// <summary>Cancelled when the user leaves.</summary>
    public CancellationToken Left => _left.Token;

    public void Press()
    {
        if (!_chat.TryCancel()) _left.Cancel();
    }

    public void Dispose()
    {
        Console.CancelKeyPress -= OnCtrlC;
        _left.Dispose();
    }

    private void OnCtrlC(object? sender, ConsoleCancelEventArgs pressed)
    {
        pressed.Cancel = true;
        Press();
    }
}
