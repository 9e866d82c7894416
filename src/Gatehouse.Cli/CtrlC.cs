namespace Gatehouse.Cli;

/// <summary>While it is there, Ctrl-C does not end the process but cancels <see cref="Token"/>, so that a command can end in order.</summary>
internal sealed class CtrlC : IDisposable
{
    private readonly CancellationTokenSource _stop;

    /// <param name="cancellationToken">Cancels, too.</param>
    public CtrlC(CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Console.CancelKeyPress += OnPress;
    }

    public CancellationToken Token => _stop.Token;

    public bool IsCancelled => _stop.IsCancellationRequested;

    public void Dispose()
    {
        Console.CancelKeyPress -= OnPress;
        _stop.Dispose();
    }

    private void OnPress(object? sender, ConsoleCancelEventArgs pressed)
    {
        pressed.Cancel = true;
        _stop.Cancel();
    }
}
