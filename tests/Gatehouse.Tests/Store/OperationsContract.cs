using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

/// <summary>What every <see cref="IOperationsStore"/> keeps to.</summary>
public abstract class OperationsContract : StoreContract
{
    private IOperationsStore Kept => (IOperationsStore)Store;

    [Fact]
    public async Task An_incident_is_kept_and_found_again()
    {
        var incident = Incident("a", opened: 5, version: 1, "{\"title\":\"a ' quote\"}");

        await Kept.SaveIncidentAsync(incident, default);

        Assert.Equal(incident, await Kept.IncidentAsync("a", default));
        Assert.Null(await Kept.IncidentAsync("b", default));
        Assert.Equal([incident], await Kept.IncidentsAsync(null, 10, default));
    }

    [Fact]
    public async Task An_older_version_never_replaces_a_newer_one()
    {
        await Kept.SaveIncidentAsync(Incident("a", 5, version: 2, "newer"), default);

        await Kept.SaveIncidentAsync(Incident("a", 5, version: 1, "older"), default);
        await Kept.SaveIncidentAsync(Incident("a", 5, version: 2, "as old"), default);
        Assert.Equal("newer", (await Kept.IncidentAsync("a", default))!.Body);

        await Kept.SaveIncidentAsync(Incident("a", 5, version: 3, "newest"), default);
        Assert.Equal("newest", (await Kept.IncidentAsync("a", default))!.Body);
    }

    [Fact]
    public async Task Incidents_are_read_newest_first_and_page_by_page()
    {
        foreach (var opened in new[] { 3, 1, 2 }) await Kept.SaveIncidentAsync(Incident($"i{opened}", opened, 1, ""), default);

        var first = await Kept.IncidentsAsync(null, 2, default);
        var second = await Kept.IncidentsAsync(first[^1].OpenedAt, 2, default);

        Assert.Equal(["i3", "i2"], first.Select(incident => incident.Id));
        Assert.Equal(["i1"], second.Select(incident => incident.Id));
    }

    [Fact]
    public async Task An_instance_is_alive_from_when_it_says_so_until_it_says_that_it_is_gone()
    {
        Assert.Empty(await AliveAsync());
        await Kept.SayAliveAsync(new("one", "r1", Now, "{}"), default);
        await Kept.SayAliveAsync(new("one", "r1", Now, "{\"open\":2}"), default);
        Assert.Equal([new("one", "r1", Now, "{\"open\":2}")], await AliveAsync());

        await Kept.SayGoneAsync("one", default);

        Assert.Empty(await AliveAsync());
    }

    private static StoredIncident Incident(string id, int opened, long version, string body) =>
        new(id, DateTimeOffset.UnixEpoch.AddDays(opened), version, body);

    private async Task<IEnumerable<StoredInstance>> AliveAsync() =>
        (await Kept.InstancesAsync(TimeSpan.FromMinutes(1), default)).Select(each => each.Instance);
}
