using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Runs;

/// <summary>
/// What an owner is told, handled one input after the other, in order. Whoever finds nobody at it handles what there is; everybody else
/// only leaves an input behind. So an input costs no change of threads unless that is asked for.
/// </summary>
internal sealed class OwnerInbox : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();                    // guards the next block
    private readonly Queue<OwnerInput> _inputs = [];
    private bool _handling = true;                          // nothing is handled before it runs
    private bool _closed;

    private Func<OwnerInput, bool>? _handle;
    private ExecutionContext? _context;                     // whoever tells something has no part in what is done about it

    /// <summary>Has an input handled on a thread of the pool. Quick; may be called with locks held. After the end it is ignored.</summary>
    public void Put(OwnerInput input)
    {
        if (Leave(input)) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>The same on this thread, if nobody is at it.</summary>
    public void PutHere(OwnerInput input)
    {
        if (Leave(input)) HandleInContext();
    }

    /// <summary>Handles what was told and what will be.</summary>
    /// <param name="handle">Handles one input; false if it is to be the last.</param>
    /// <returns>Completes when the last is handled; fails when a handling does.</returns>
    public Task RunAsync(Func<OwnerInput, bool> handle)
    {
        (_handle, _context) = (handle, ExecutionContext.Capture());
        HandleAll();
        return _done.Task;
    }

    /// <summary>What was told is handled, and nothing that comes later.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            if (_handling) return;      // whoever is at it finds out
        }
        _done.TrySetResult();
    }

    void IThreadPoolWorkItem.Execute() => HandleInContext();

    /// <returns>Whether the caller is to handle it.</returns>
    private bool Leave(OwnerInput input)
    {
        lock (_gate)
        {
            if (_closed) return false;
            _inputs.Enqueue(input);
            return !_handling && (_handling = true);
        }
    }

    private void HandleInContext()
    {
        if (_context is null) HandleAll();
        else ExecutionContext.Run(_context, static inbox => ((OwnerInbox)inbox!).HandleAll(), this);
    }

    private void HandleAll()
    {
        try
        {
            while (TryTake(out var input))
                if (!_handle!(input))
                {
                    End();
                    return;
                }
        }
        catch (Exception exception)
        {
            _done.TrySetException(exception);
            End();
        }
    }

    private bool TryTake([NotNullWhen(true)] out OwnerInput? input)
    {
        bool closed;
        lock (_gate)
        {
            if (_inputs.TryDequeue(out input)) return true;
            _handling = false;
            closed = _closed;
        }
        if (closed) _done.TrySetResult();
        return false;
    }

    private void End()
    {
        lock (_gate) _closed = true;    // with somebody at it for ever: the rest is not handled
        _done.TrySetResult();
    }
}
