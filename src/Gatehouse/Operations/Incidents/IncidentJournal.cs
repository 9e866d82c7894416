using System.Collections.Concurrent;
using System.Text.Json;
using Gatehouse.Store;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Operations.Incidents;

/// <summary>
/// Keeps incidents although the database may be the thing that is down: what the store has not taken yet is in memory and in a file each,
/// and is written later, by the next process if need be. Thread-safe.
/// </summary>
internal sealed partial class IncidentJournal(IOperationsStore store, IncidentOptions options, ILogger<IncidentJournal> logger)
{
    private const int MostKept = 200;

    private readonly ConcurrentDictionary<string, Incident> _unsaved = new(StringComparer.Ordinal);
    private readonly Lock _disk = new();        // so that a file is there exactly while its incident is unsaved
    private readonly Lock _flushing = new();
    private Task _flush = Task.CompletedTask;
    private bool _isAway;

    /// <summary>What the store has not taken yet.</summary>
    public IReadOnlyCollection<Incident> Unsaved => [.. _unsaved.Values];

    /// <summary>Takes up what an earlier process could not have stored.</summary>
    public void Load()
    {
        try
        {
            // Once, at the start: a data directory that is taken away while the process lives is not to be made anew behind its back.
            Directory.CreateDirectory(options.Directory);
            foreach (var file in Directory.EnumerateFiles(options.Directory, "*.json").Take(MostKept)) Load(file);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            LogNoDisk(options.Directory, failed.Message);
        }
    }

    /// <summary>Keeps an incident as it is now.</summary>
    public void Keep(Incident incident)
    {
        lock (_disk)
        {
            Write(incident);
            _unsaved[incident.Id] = incident;
        }
        if (_unsaved.Count > MostKept && _unsaved.Values.Where(each => !each.IsOpen).MinBy(each => each.OpenedAt) is { } oldest) Forget(oldest);
    }

    /// <summary>Gives the store what it lacks, unless that is under way.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        lock (_flushing)
        {
            if (_flush.IsCompleted && !_unsaved.IsEmpty) _flush = FlushAllAsync(cancellationToken);
            return _flush;
        }
    }

    /// <summary>Incidents, newest first; where the store cannot be read, those that it has not taken yet.</summary>
    public async Task<IReadOnlyList<Incident>> ReadAsync(DateTimeOffset? before, int limit, CancellationToken cancellationToken)
    {
        var incidents = _unsaved.Values.Where(each => before is null || each.OpenedAt < before).ToDictionary(each => each.Id, StringComparer.Ordinal);
        try
        {
            foreach (var stored in await store.IncidentsAsync(before, limit, cancellationToken))
                if (!incidents.TryGetValue(stored.Id, out var own) || own.Version <= stored.Version) incidents[stored.Id] = IncidentJson.Read(stored.Body);
        }
        catch (Exception away) when (away.IsOutage())
        {
            LogNotRead(away.Message);
        }
        return [.. incidents.Values.OrderByDescending(each => each.OpenedAt).ThenByDescending(each => each.Id, StringComparer.Ordinal).Take(limit)];
    }

    /// <summary>One incident; null if there is none of that id.</summary>
    public async Task<Incident?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_unsaved.TryGetValue(id, out var own)) return own;
        return await store.IncidentAsync(id, cancellationToken) is { } stored ? IncidentJson.Read(stored.Body) : null;
    }

    private void Write(Incident incident)
    {
        try
        {
            var file = FileOf(incident);
            File.WriteAllText($"{file}.new", IncidentJson.Write(incident));
            File.Move($"{file}.new", file, overwrite: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            LogNoDisk(options.Directory, failed.Message);
        }
    }

    private void Load(string file)
    {
        try
        {
            var incident = IncidentJson.Read(File.ReadAllText(file));
            _unsaved.TryAdd(incident.Id, incident);
        }
        catch (JsonException broken)
        {
            LogUnreadable(Path.GetFileName(file), broken.Message);
        }
    }

    private async Task FlushAllAsync(CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var incident in _unsaved.Values.OrderBy(each => each.OpenedAt))
            try
            {
                await store.SaveIncidentAsync(new(incident.Id, incident.OpenedAt, incident.Version, IncidentJson.Write(incident)), cancellationToken);
                _isAway = false;
                Forget(incident);
            }
            catch (Exception away) when (!cancellationToken.IsCancellationRequested)
            {
                if (!_isAway) LogAway(away.Message, away.Detail());
                _isAway = true;
                return;
            }
    }

    // Unless it has changed meanwhile.
    private void Forget(Incident incident)
    {
        lock (_disk)
        {
            if (_unsaved.TryRemove(new(incident.Id, incident))) Delete(incident);
        }
    }

    private void Delete(Incident incident)
    {
        try
        {
            File.Delete(FileOf(incident));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            LogNoDisk(options.Directory, failed.Message);
        }
    }

    private string FileOf(Incident incident) => Path.Combine(options.Directory, $"{incident.Id}.json");

    [LoggerMessage(1801, LogLevel.Warning, "The store does not take incidents now; they are kept and written later: {Why}")]
    private partial void LogAway(string why, Exception? exception);

    [LoggerMessage(1802, LogLevel.Warning, "Incidents cannot be kept in {Directory}, only in memory: {Why}")]
    private partial void LogNoDisk(string directory, string why);

    [LoggerMessage(1803, LogLevel.Warning, "The incident in {File} cannot be read, and is left where it is: {Why}")]
    private partial void LogUnreadable(string file, string why);

    [LoggerMessage(1804, LogLevel.Information, "Earlier incidents cannot be read now: {Why}")]
    private partial void LogNotRead(string why);
}
