namespace Gatehouse.EndToEnd.Host;

/// <summary>
/// Tools that write a line into <c>calls</c> in the data directory when they are called. Those that are told to wait do so until
/// a file <c>go</c> is there.
/// </summary>
internal sealed class Tools(string directory)
{
    private readonly Lock _gate = new();

    public async Task<string> Book(bool wait, CancellationToken cancellationToken)
    {
        Note("book");
        await WaitAsync(wait, cancellationToken);
        return "booked";
    }

    public async Task<string> Look(bool wait, CancellationToken cancellationToken)
    {
        Note("look");
        await WaitAsync(wait, cancellationToken);
        return "seen";
    }

    public string Fail() => throw new InvalidOperationException("This tool always fails.");

    /// <summary>Something that no JSON can say.</summary>
    public object Odd() => new { Value = (Action)Never };

    public string Pay()
    {
        Note("pay");
        return "paid";
    }

    private static void Never() => throw new NotSupportedException();

    private void Note(string tool)
    {
        lock (_gate) File.AppendAllText(Path.Combine(directory, "calls"), tool + "\n");
    }

    private async Task WaitAsync(bool wait, CancellationToken cancellationToken)
    {
        while (wait && !File.Exists(Path.Combine(directory, "go"))) await Task.Delay(20, cancellationToken);
    }
}
