using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Readiness.Tests;

/// <summary>Notes on which threads it is told that nodes became ready.</summary>
internal sealed class ThreadLogger(int readyNodes) : ILogger
{
    private const int NodeReady = 3001;

    private readonly ConcurrentQueue<int> _threads = [];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One for each node, when all have become ready.</summary>
    public async Task<IReadOnlyCollection<int>> ThreadsAsync()
    {
        await _all.Task.WaitAsync(GraphHarness.Patience);
        return _threads;
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id != NodeReady) return;
        _threads.Enqueue(Environment.CurrentManagedThreadId);
        if (_threads.Count >= readyNodes) _all.TrySetResult();
    }
}
