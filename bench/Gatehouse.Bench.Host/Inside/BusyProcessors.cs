namespace Gatehouse.Bench.Host.Inside;

/// <summary>A thread for each processor that does nothing but use it, until it is disposed.</summary>
internal sealed class BusyProcessors : IDisposable
{
    private readonly Thread[] _threads;
    private volatile bool _over;

    public BusyProcessors()
    {
        _threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => { while (!_over) Thread.SpinWait(1000); }))];
        foreach (var thread in _threads) thread.Start();
    }

    public void Dispose()
    {
        _over = true;
        foreach (var thread in _threads) thread.Join();
    }
}
