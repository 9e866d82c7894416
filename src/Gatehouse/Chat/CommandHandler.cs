using Gatehouse.Log;
using Gatehouse.Operations;
using Gatehouse.Protocol;
using Gatehouse.Store;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Chat;

/// <summary>
/// Answers a connection's commands, one after another, and holds its subscriptions. Every command gets exactly one answer, in
/// order; whatever fails becomes an <c>error</c>.
/// </summary>
internal sealed partial class CommandHandler(
    ConnectionWriter writer, Intake intake, ThreadFeeds feeds, IConversationLog log, IStore store,
    GatehouseMetrics metrics, TimeProvider clock, bool selfTest, ILogger logger) : IDisposable
{
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);     // guarded by itself

    /// <summary>The connection's subscriptions.</summary>
    public IReadOnlyCollection<Subscription> Subscriptions
    {
        get { lock (_subscriptions) return [.. _subscriptions.Values]; }
    }

    public async Task HandleAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
    {
        var (command, refusal) = CommandReader.Read(utf8);
        if (command is null)
        {
            writer.Send(refusal!.ToUtf8());
            return;
        }
        try
        {
            await AnswerAsync(command, cancellationToken);
        }
        catch (RefusedException refused)
        {
            Refuse(command, refused.Code, refused.Message, refused.RetryAfterMs);
        }
        catch (Exception exception) when (exception.IsOutage())
        {
            var what = exception is LogAwayException ? "log" : "store";
            LogUnavailable(command.Type, what, exception.Message, exception.Detail());
            Refuse(command, ErrorCode.Unavailable, $"The {what} is away; nothing was accepted.", 1000);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(command.Type, exception);
            Refuse(command, ErrorCode.Internal, "The server failed to do this; its log says why.", 1000);
        }
    }

    public void Dispose()
    {
        foreach (var subscription in Subscriptions) subscription.Dispose();
    }

    private async Task AnswerAsync(Command command, CancellationToken cancellationToken)
    {
        switch (command)
        {
            case RunCommand run:
                CheckRoom(run.ThreadId);
                Accept(run.Id, await intake.RunAsync(run, selfTest, cancellationToken));
                break;
            case AnswerCommand answer:
                Accept(answer.Id, await intake.AnswerAsync(answer, cancellationToken));
                break;
            case SubscribeCommand subscribe:
                await SubscribeAsync(subscribe, cancellationToken);
                break;
            case UnsubscribeCommand unsubscribe:
                Drop(unsubscribe.ThreadId);
                writer.Send(new Ok(unsubscribe.Id).ToUtf8());
                break;
            case CancelCommand cancel:
                await intake.CancelAsync(cancel.RunId, cancellationToken);
                writer.Send(new Ok(cancel.Id).ToUtf8());
                break;
            case ThreadsCommand threads:
                var page = await intake.ThreadsAsync(threads.Before, cancellationToken);
                writer.Send(new ThreadsMessage(threads.Id, page.Threads, page.Next).ToUtf8());
                break;
            default:
                throw new RefusedException(ErrorCode.Unsupported, "This server has no accounts.");
        }
    }

    private void Accept(CommandId id, AcceptResult.Done done)
    {
        writer.Send(new Accepted(id, done.ThreadId, done.RunId, done.Cursor.ToString(), done.Queued > 0 ? done.Queued : null).ToUtf8());
        lock (_subscriptions)
            if (_subscriptions.ContainsKey(done.ThreadId)) return;
        Add(Open(done.ThreadId, done.Cursor));
    }

    private async Task SubscribeAsync(SubscribeCommand command, CancellationToken cancellationToken)
    {
        CheckRoom(command.ThreadId);
        Position? cursor = Position.TryParse(command.Cursor, out var given) ? given : null;
        Drop(command.ThreadId);
        var subscription = Open(command.ThreadId, cursor);
        try
        {
            await subscription.LoadAsync(cancellationToken);
            var first = await FirstAsync(subscription, cancellationToken);
            // The answer and what follows it go out together; only then may the writer serve the subscription.
            writer.Send(new Subscribed(
                command.Id, command.ThreadId, first is Delivery.Snapshot ? Subscribed.Snapshot : Subscribed.Replayed,
                (first is Delivery.Snapshot ? subscription.Cursor : cursor)!.Value.ToString()).ToUtf8());
            if (first is Delivery.Events events) writer.Send(events.Frame.Utf8);
            else if (first is Delivery.Snapshot snapshot)
                foreach (var snapshotPage in snapshot.Pages) writer.Send(snapshotPage);
            Count(first);
            Add(subscription);
        }
        catch (Exception exception)
        {
            subscription.Dispose();
            if (exception is KeyNotFoundException) throw new RefusedException(ErrorCode.UnknownThread, "There is no such thread.");
            throw;
        }
    }

    // A takeover that the store has not recorded yet is waited for: it is the very next thing that its owner does.
    private async Task<Delivery?> FirstAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        while (true)
        {
            var delivery = await subscription.NextAsync(cancellationToken);
            if (delivery is not null || !subscription.Again) return delivery;
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellationToken);
        }
    }

    private void CheckRoom(string threadId)
    {
        lock (_subscriptions)
            if (!_subscriptions.ContainsKey(threadId) && _subscriptions.Count >= Limits.Subscriptions)
                throw new RefusedException(ErrorCode.TooManySubscriptions, $"A connection follows at most {Limits.Subscriptions} threads.");
    }

    private Subscription Open(string threadId, Position? cursor) => new(threadId, cursor, feeds, log, store, writer.Due);

    private void Add(Subscription subscription)
    {
        lock (_subscriptions) _subscriptions[subscription.ThreadId] = subscription;
        subscription.Live = true;
        writer.Due(subscription);
    }

    private void Drop(string threadId)
    {
        Subscription? subscription;
        lock (_subscriptions) _subscriptions.Remove(threadId, out subscription);
        subscription?.Dispose();
    }

    private void Count(Delivery? first)
    {
        if (selfTest) return;
        if (first is Delivery.Snapshot snapshot) metrics.SnapshotServed(snapshot.Reason);
        metrics.Subscribed(first switch
        {
            Delivery.Snapshot => SubscribeResult.Snapshot,
            Delivery.Events => SubscribeResult.Replayed,
            _ => SubscribeResult.Current,
        });
    }

    private void Refuse(Command command, ErrorCode code, string message, int? retryAfterMs) =>
        writer.Send(new ErrorMessage(code.Name, message, command.Id, retryAfterMs).ToUtf8());

    [LoggerMessage(1111, LogLevel.Warning, "A {Command} command could not be served, the {What} is away: {Why}")]
    private partial void LogUnavailable(string command, string what, string why, Exception? exception);

    [LoggerMessage(1112, LogLevel.Error, "A {Command} command failed")]
    private partial void LogFailed(string command, Exception exception);
}
