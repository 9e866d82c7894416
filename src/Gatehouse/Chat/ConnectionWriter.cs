using System.Net.WebSockets;
using Gatehouse.Log;
using Gatehouse.Operations;
using Gatehouse.Protocol;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Chat;

/// <summary>
/// The sending end of a connection: one loop, running only while there is something to send, that puts whatever is due into as
/// few frames as it can. Answers go first, in order; then each subscription sends from its cursor, in turn. A reader that is
/// slow makes the loop wait in a send; meanwhile it holds a cursor, not a queue.
/// </summary>
internal sealed partial class ConnectionWriter(
    WebSocket socket, GatehouseMetrics metrics, TimeProvider clock, bool selfTest, ILogger logger, CancellationToken aborted) : IThreadPoolWorkItem
{
    private const int WaitingAnswers = 16;
    private const int WaitingBytes = 256 * 1024;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();                    // guards the next block
    private List<ReadOnlyMemory<byte>> _answers = [];
    private long _answerBytes;
    private List<Subscription> _due = [];
    private IReadOnlyCollection<Subscription>? _heartbeat;
    private CloseReason? _close;
    private bool _running;
    private bool _ended;
    private TaskCompletionSource? _room;                    // somebody waits for the answers to be sent

    private readonly TaskCompletionSource _endedSource = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OutgoingFrame _frame = new(socket, aborted);   // the loop's

    /// <summary>Completes when the close frame has been sent, or sending has failed.</summary>
    public Task Ended => _endedSource.Task;

    /// <summary>Sends a message. It goes before any event of a subscription that is added afterwards.</summary>
    public void Send(ReadOnlyMemory<byte> utf8)
    {
        lock (_gate)
        {
            if (_ended) return;
            _answers.Add(utf8);
            _answerBytes += utf8.Length;
            StartLocked();
        }
    }

    /// <summary>A subscription may have something to send. Quick; called from anywhere.</summary>
    public void Due(Subscription subscription)
    {
        lock (_gate)
        {
            if (_ended || !subscription.Live || subscription.Queued || subscription.Closed) return;
            subscription.Queued = true;
            _due.Add(subscription);
            StartLocked();
        }
    }

    /// <summary>Sends a heartbeat with the heads of those subscriptions that are caught up.</summary>
    public void Beat(IReadOnlyCollection<Subscription> subscriptions)
    {
        lock (_gate)
        {
            if (_ended) return;
            _heartbeat = subscriptions;
            StartLocked();
        }
    }

    /// <summary>Sends what has been answered, then the close frame, and nothing after it.</summary>
    public void Close(CloseReason reason)
    {
        lock (_gate)
        {
            if (_ended) return;
            _close ??= reason;
            StartLocked();
        }
    }

    /// <summary>Sends nothing any more, not even a close frame: the peer is gone, or has been sent one.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _ended = true;      // a loop that runs finds out
            _room?.TrySetResult();
        }
        _endedSource.TrySetResult();
    }

    /// <summary>Completes when no more than a few answers wait, or a long one. A client that sends and does not read is not read from either.</summary>
    public Task RoomAsync()
    {
        lock (_gate)
            return _ended || _answers.Count < WaitingAnswers && _answerBytes < WaitingBytes ? Task.CompletedTask : (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    void IThreadPoolWorkItem.Execute() => _ = PumpAsync();

    private void StartLocked()
    {
        if (_running) return;
        _running = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private async Task PumpAsync()
    {
        try
        {
            while (Take() is { } work)
            {
                foreach (var answer in work.Answers) await _frame.AddAsync(answer);
                foreach (var subscription in work.Due) await ServeAsync(subscription);
                if (work.Heartbeat is { } subscriptions) await _frame.AddAsync(Heartbeat(subscriptions));
                await _frame.FlushAsync();
                if (work.Close is not { } reason) continue;
                await socket.CloseOutputAsync((WebSocketCloseStatus)reason.Code, reason.Text, aborted);
                End();
            }
        }
        catch (Exception exception)
        {
            // The socket broke, or was aborted: the receiving end sees it too and ends the connection.
            if (exception is not (WebSocketException or OperationCanceledException or ObjectDisposedException or IOException))
                LogWriterFailed(exception);
            End();
            if (socket.State is not WebSocketState.Aborted) socket.Abort();     // else the receiving end has seen to it
        }
    }

    private readonly record struct Work(
        List<ReadOnlyMemory<byte>> Answers, List<Subscription> Due, IReadOnlyCollection<Subscription>? Heartbeat, CloseReason? Close);

    // Answers and subscriptions are taken together: a subscription that is seen has its answer among those taken.
    private Work? Take()
    {
        lock (_gate)
        {
            if (_ended || _answers.Count == 0 && _due.Count == 0 && _heartbeat is null && _close is null)
            {
                _running = false;
                _frame.Release();
                return null;
            }
            var work = new Work(_answers, _due, _heartbeat, _close);
            _answers = [];
            _answerBytes = 0;
            _due = [];
            _heartbeat = null;
            foreach (var subscription in work.Due) subscription.Queued = false;
            _room?.TrySetResult();
            _room = null;
            return work;
        }
    }

    private async ValueTask ServeAsync(Subscription subscription)
    {
        try
        {
            var delivery = await subscription.NextAsync(aborted);
            if (delivery is Delivery.Events events) await AddEventsAsync(events.Frame);
            else if (delivery is Delivery.Snapshot snapshot) await AddSnapshotAsync(snapshot);
            if (delivery is not null) Due(subscription);        // behind the others, until it is caught up
            else if (subscription.Again) ComeBack(subscription);
        }
        catch (KeyNotFoundException)
        {
            subscription.Dispose();
        }
        catch (Exception exception) when (exception.IsOutage())
        {
            LogReadFailed(subscription.ThreadId, exception.Message, exception.Detail());
            ComeBack(subscription);
        }
    }

    private async ValueTask AddEventsAsync(EventsFrame events)
    {
        await _frame.AddAsync(events.Utf8);
        if (!selfTest) metrics.Delivered(events.Count, events.PublishedAt is { } at ? clock.GetElapsedTime(at) : null);
    }

    private async ValueTask AddSnapshotAsync(Delivery.Snapshot snapshot)
    {
        foreach (var page in snapshot.Pages) await _frame.AddAsync(page);
        if (!selfTest) metrics.SnapshotServed(snapshot.Reason);
    }

    private void ComeBack(Subscription subscription) =>
        _ = Task.Delay(RetryAfter, clock, aborted).ContinueWith(
            static (_, state) => ((Action)state!)(), () => Due(subscription), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static byte[] Heartbeat(IReadOnlyCollection<Subscription> subscriptions) => new Heartbeat(
        subscriptions.Where(subscription => subscription is { CaughtUp: true, Closed: false, Cursor: not null })
            .ToDictionary(subscription => subscription.ThreadId, subscription => subscription.Cursor!.Value.ToString())).ToUtf8();

    private void End()
    {
        lock (_gate)
        {
            _ended = true;
            _running = false;
            _room?.TrySetResult();
            _frame.Release();
        }
        _endedSource.TrySetResult();
    }

    [LoggerMessage(1101, LogLevel.Error, "Writing to a connection failed unexpectedly")]
    private partial void LogWriterFailed(Exception exception);

    [LoggerMessage(1102, LogLevel.Warning, "Reading thread {ThreadId} for a connection failed, trying again: {Why}")]
    private partial void LogReadFailed(string threadId, string why, Exception? exception);
}
