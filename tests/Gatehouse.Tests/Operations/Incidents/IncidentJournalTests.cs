using Gatehouse.Diagnosis;
using Gatehouse.Operations.Incidents;
using Gatehouse.Store;
using Gatehouse.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Operations.Incidents;

/// <summary>The journal before a real store, whose database goes away and comes back.</summary>
public sealed class IncidentJournalTests : IAsyncDisposable
{
    private readonly SqliteFile _file = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("gatehouse-incidents-").FullName;
    private readonly IStore _store;
    private readonly Away _away;

    public IncidentJournalTests()
    {
        _store = _file.Open(TimeProvider.System);
        _away = new((IOperationsStore)_store);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _file.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_the_store_has_taken_is_in_the_store_alone()
    {
        var journal = Journal();
        journal.Keep(Incident("a", 1));

        await journal.FlushAsync(default);

        Assert.Empty(journal.Unsaved);
        Assert.Empty(Directory.GetFiles(_directory));
        Assert.Equal("a", Assert.Single(await journal.ReadAsync(null, 10, default)).Id);
        Assert.Equal(1, (await journal.FindAsync("a", default))!.Version);
    }

    [Fact]
    public async Task While_the_database_is_the_thing_that_is_down_it_is_kept_and_written_later()
    {
        var journal = Journal();
        _away.IsAway = true;
        journal.Keep(Incident("a", 1));
        await journal.FlushAsync(default);
        journal.Keep(Incident("a", 2));
        await journal.FlushAsync(default);
        Assert.Equal(2, Assert.Single(await journal.ReadAsync(null, 10, default)).Version);

        _away.IsAway = false;
        await journal.FlushAsync(default);

        Assert.Empty(journal.Unsaved);
        Assert.Equal(2, (await ((IOperationsStore)_store).IncidentAsync("a", default))!.Version);
    }

    [Fact]
    public async Task The_next_process_writes_what_this_one_could_not()
    {
        _away.IsAway = true;
        var first = Journal();
        first.Keep(Incident("a", 3));
        await first.FlushAsync(default);
        await File.WriteAllTextAsync(Path.Combine(_directory, "broken.json"), "{");

        _away.IsAway = false;
        var second = Journal();
        second.Load();
        await second.FlushAsync(default);

        Assert.Equal(3, (await ((IOperationsStore)_store).IncidentAsync("a", default))!.Version);
        Assert.Equal(["broken.json"], Directory.GetFiles(_directory).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Without_a_disk_it_is_kept_in_memory()
    {
        _away.IsAway = true;
        var journal = Journal(Path.Combine(_file.Database.FullPath, "cannot be"));
        journal.Keep(Incident("a", 1));

        Assert.Single(journal.Unsaved);
        _away.IsAway = false;
        await journal.FlushAsync(default);
        Assert.Empty(journal.Unsaved);
    }

    [Fact]
    public void Of_too_many_the_oldest_that_is_over_goes()
    {
        _away.IsAway = true;
        var journal = Journal();
        for (var i = 0; i < 205; i++) journal.Keep(Incident($"i{i}", 1) with { OpenedAt = DateTimeOffset.UnixEpoch.AddDays(i), ClosedAt = i == 0 ? null : DateTimeOffset.UnixEpoch.AddDays(i) });

        Assert.Equal(200, journal.Unsaved.Count);
        Assert.Contains(journal.Unsaved, incident => incident.Id == "i0");      // it is open
        Assert.DoesNotContain(journal.Unsaved, incident => incident.Id == "i1");
    }

    [Fact]
    public void An_incident_is_read_as_it_was_written()
    {
        var incident = Incident("a", 7) with
        {
            Actions = [new(DateTimeOffset.UnixEpoch, ResponseKind.RecycleClient, "redis", "It hung", DryRun: true)],
            Timeline = [new(DateTimeOffset.UnixEpoch, IncidentEntryKind.Acted, "Done \"so\"")],
            Case = new() { At = DateTimeOffset.UnixEpoch },
            Diagnosis = FiveWhys.Explain(new() { At = DateTimeOffset.UnixEpoch }),
        };

        var json = IncidentJson.Write(incident);

        Assert.Equal(json, IncidentJson.Write(IncidentJson.Read(json)));
        Assert.Contains("\"kind\":\"recycle_client\"", json);
    }

    private IncidentJournal Journal(string? directory = null) =>
        new(_away, new() { Directory = directory ?? _directory }, NullLogger<IncidentJournal>.Instance);

    private static Incident Incident(string id, long version) => new()
    {
        Id = id,
        Version = version,
        Title = "A database is away",
        Rules = [IncidentRule.ReadinessLost],
        Instance = "one",
        Revision = "r1",
        OpenedAt = DateTimeOffset.UnixEpoch.AddDays(1),
    };

    private sealed class Away(IOperationsStore store) : IOperationsStore
    {
        public bool IsAway { get; set; }

        private IOperationsStore Store => IsAway ? throw new StoreException(StoreFault.Away, "The database is away.") : store;

        public async Task SaveIncidentAsync(StoredIncident incident, CancellationToken cancellationToken) => await Store.SaveIncidentAsync(incident, cancellationToken);

        public async Task<IReadOnlyList<StoredIncident>> IncidentsAsync(DateTimeOffset? before, int limit, CancellationToken cancellationToken) =>
            await Store.IncidentsAsync(before, limit, cancellationToken);

        public async Task<StoredIncident?> IncidentAsync(string id, CancellationToken cancellationToken) => await Store.IncidentAsync(id, cancellationToken);

        public Task SayAliveAsync(StoredInstance instance, CancellationToken cancellationToken) => Store.SayAliveAsync(instance, cancellationToken);

        public Task<IReadOnlyList<(StoredInstance Instance, TimeSpan Ago)>> InstancesAsync(TimeSpan within, CancellationToken cancellationToken) =>
            Store.InstancesAsync(within, cancellationToken);

        public Task SayGoneAsync(string id, CancellationToken cancellationToken) => Store.SayGoneAsync(id, cancellationToken);
    }
}
