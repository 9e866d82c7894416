namespace Gatehouse.Readiness;

/// <summary>
/// The thread that judges the process. It is a thread of its own because a pool that is starved cannot judge itself. It
/// lives by real time on purpose: what it watches is the real process.
/// </summary>
internal sealed class ProcessWatch : IDisposable
{
    /// <summary>Between two judgements.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;
    private volatile string? _broken;

    public ProcessPulse Pulse { get; } = new(TimeProvider.System);

    /// <summary>What is broken in the process itself, or null.</summary>
    public string? Broken => _broken;

    public void Start()
    {
        _thread = new(Run) { IsBackground = true, Name = "Gatehouse process watch" };
        _thread.Start();
    }

    public void Stop()
    {
        _stop.Set();
        _thread?.Join();
        _thread = null;
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.Wait(Interval))
        {
            if (Pulse.AskPool())
                ThreadPool.UnsafeQueueUserWorkItem(static pulse => pulse.PoolAnswered(), Pulse, preferLocal: false);
            _broken = Pulse.Judge();
        }
    }
}
