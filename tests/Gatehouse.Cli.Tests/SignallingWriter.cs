namespace Gatehouse.Cli.Tests;

/// <summary>Text that says when something has been written.</summary>
internal sealed class SignallingWriter : StringWriter
{
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _awaited;

    /// <summary>Done when the text contains <paramref name="text"/>. To be called once, before it is written.</summary>
    public Task WaitForAsync(string text)
    {
        _awaited = text;
        return _written.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    public override void Write(string? value)
    {
        base.Write(value);
        if (_awaited is { } text && ToString().Contains(text)) _written.TrySetResult();
    }
}
