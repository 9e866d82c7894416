using System.Globalization;
using Gatehouse.Diagnosis;
using Gatehouse.Operations.Why;
using Gatehouse.Readiness;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Operations.Incidents;

/// <summary>
/// Looks once a second whether a rule is broken, and sees an incident through: diagnosed, kept, answered, told, closed. Whatever goes wrong
/// in one look is logged, and the next one comes: a watch that dies of an exception is how incidents go unseen.
/// </summary>
/// <remarks>
/// <code>
///   look ──▶ breaches ──▶ the book ──▶ new: diagnose ──▶ open or join ──▶ respond ──▶ keep, tell
///                             └──────▶ open: explain again every 10 s ──▶ better? ──▶ respond, keep, tell
///                             └──────▶ closed ──▶ undo what was for its time only ──▶ keep, tell
/// </code>
/// </remarks>
internal sealed partial class IncidentWatch(
    ReadinessGraph readiness, GatehouseMetrics metrics, Diagnostician diagnostician, ProcessRecord process, DecisionRecord decisions,
    IncidentJournal journal, Responder responder, Webhook webhook, IncidentOptions options, Instance instance, TimeProvider clock, ILogger<IncidentWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExplainEvery = TimeSpan.FromSeconds(10);

    private readonly BreachFinder _finder = new(options.Limits, clock.GetUtcNow());
    private readonly Lock _gate = new();                // guards the book: the webhook notes into it
    private readonly IncidentBook _book = new(options.Stability);
    private IReadOnlyList<Incident> _open = [];
    private Totals _last;
    private long _lastTurn = clock.GetTimestamp();
    private long _explainedAt;

    /// <summary>The incidents that are open.</summary>
    public IReadOnlyList<Incident> Open => Volatile.Read(ref _open);

    /// <summary>What the front door and the runs have done within the last hour.</summary>
    public Totals LastHour
    {
        get { lock (_gate) return _finder.Hour; }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        journal.Load();
        var telling = webhook.RunAsync(Told, stoppingToken);
        using var timer = new PeriodicTimer(Turn, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
                {
                    LogLookFailed(failed);
                }
            await telling;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await journal.FlushAsync(CancellationToken.None).WaitAsync(Turn, clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var elapsed = clock.GetElapsedTime(_lastTurn);
        _lastTurn = clock.GetTimestamp();
        process.Turned(elapsed > Turn ? elapsed - Turn : TimeSpan.Zero);
        decisions.Look();
        var (now, graph, totals) = (clock.GetUtcNow(), readiness.Current, Totals.Of(metrics));
        var since = totals - _last;
        _last = totals;
        var cost = new IncidentImpact
        {
            UpgradesRefused = since.Refused,
            TurnsFailed = since.TurnsFailed,
            SecondsNotReady = graph.IsReady ? 0 : elapsed.TotalSeconds,
        };
        BookTurn turn;
        lock (_gate) turn = _book.Turn(now, _finder.Find(now, graph, totals), cost);
        foreach (var changed in turn.Changed) Changed(changed);
        foreach (var breach in turn.New) await EnterAsync(breach, cancellationToken);
        await ExplainAgainAsync(cancellationToken);
        lock (_gate) Volatile.Write(ref _open, [.. _book.All]);
        foreach (var rule in Enum.GetValues<IncidentRule>()) metrics.IncidentsOpen.Set(rule, Open.Count(incident => incident.Rules[0] == rule));
        _ = journal.FlushAsync(cancellationToken);
    }

    private void Changed(Incident incident)
    {
        journal.Keep(incident);
        if (incident.IsOpen) return;
        responder.Closed(incident);
        LogClosed(incident.Id, incident.Title, (incident.ClosedAt!.Value - incident.OpenedAt).TotalSeconds);
        webhook.Tell(incident);
    }

    private async Task EnterAsync(Breach breach, CancellationToken cancellationToken)
    {
        var explanation = await diagnostician.ExplainAsync(breach.Symptom, cancellationToken);
        Incident incident;
        bool isNew;
        lock (_gate) (incident, isNew) = _book.Enter(clock.GetUtcNow(), breach, explanation.Case, explanation.Report, Blank);
        if (isNew) LogOpened(incident.Id, breach.Text, explanation.Report.Summary);
        Follow(incident);
    }

    private async Task ExplainAgainAsync(CancellationToken cancellationToken)
    {
        if (clock.GetElapsedTime(_explainedAt) < ExplainEvery) return;
        _explainedAt = clock.GetTimestamp();
        List<(Incident, Symptom)> broken;
        lock (_gate) broken = [.. _book.Broken];
        foreach (var (incident, symptom) in broken)
        {
            var explanation = await diagnostician.ExplainAsync(symptom, cancellationToken);
            Incident? better;
            lock (_gate) better = _book.Explained(incident.Id, clock.GetUtcNow(), explanation.Case, explanation.Report);
            if (better is not null) Follow(better);
            else Respond(incident);
        }
    }

    // What is done about it comes before it is told, so that who is told knows of it.
    private void Follow(Incident incident)
    {
        var answered = Respond(incident);
        journal.Keep(answered);
        webhook.Tell(answered);
    }

    private Incident Respond(Incident incident)
    {
        foreach (var (action, text) in responder.Respond(incident))
        {
            lock (_gate) incident = _book.Acted(incident.Id, action, text) ?? incident;
            journal.Keep(incident);
        }
        return incident;
    }

    private void Told(Incident incident, string? failure)
    {
        var (kind, text) = failure is null
            ? (IncidentEntryKind.Notified, "The webhook was told.")
            : (IncidentEntryKind.NotNotified, $"The webhook could not be told: {failure}.");
        var now = clock.GetUtcNow();
        Incident? noted;
        lock (_gate) noted = _book.Note(incident.Id, now, kind, text);
        // One that is closed is out of the book, and nobody else changes it.
        journal.Keep(noted ?? incident with { Version = incident.Version + 1, Timeline = [.. incident.Timeline, new(now, kind, text)] });
    }

    private Incident Blank()
    {
        var now = clock.GetUtcNow();
        return new()
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N").AsSpan(0, 6)}"),
            Version = 0,
            Title = "",
            Rules = [],
            Instance = instance.Id,
            Revision = instance.Revision,
            OpenedAt = now,
        };
    }

    [LoggerMessage(1831, LogLevel.Warning, "Incident {Id} is open: {Breach} {Summary}")]
    private partial void LogOpened(string id, string breach, string summary);

    [LoggerMessage(1832, LogLevel.Information, "Incident {Id} ({Title}) is closed after {Seconds:0} s")]
    private partial void LogClosed(string id, string title, double seconds);

    [LoggerMessage(1833, LogLevel.Error, "A look for incidents failed; the next one comes in a second")]
    private partial void LogLookFailed(Exception exception);
}
