using System.Diagnostics.Metrics;
using Gatehouse.Agents;
using Gatehouse.Log;
using Gatehouse.Runs;
using Gatehouse.Tests.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Runs;

public sealed class LeasesTests : IAsyncDisposable
{
    private static readonly GatehouseOptions Options = new();

    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ModelStore _store;
    private readonly MemoryConversationLog _log;
    private readonly ThreadOwners _owners;
    private readonly Leases _leases;

    public LeasesTests()
    {
        _store = new(_clock);
        _log = new(_clock, window: 100, TimeSpan.FromHours(1));
        var agents = new AgentCatalog([], _services, Options);
        var instance = new Instance("me", "1");
        var tools = new OwnerTools(
            _store, _log, new(agents, new(_clock), _clock), new(agents, _services), new(TimeSpan.Zero, TimeSpan.FromHours(1), 10, 100, agents.ToolRules),
            new(_clock), _clock, HeldBytes: 1024);
        _owners = new(
            tools, new NoSignals(), instance, new(_services.GetRequiredService<IMeterFactory>()), NullLogger<ThreadOwners>.Instance);
        _leases = new(_store, _log, _owners, Options, instance, _clock, NullLogger<Leases>.Instance);
    }

    [Fact]
    public async Task After_a_whole_lease_of_renewals_without_a_gap_threads_may_be_taken_over()
    {
        Assert.False(_leases.IsSteady);

        for (var renewal = 0; renewal < 3; renewal++)
        {
            Assert.False(_leases.IsSteady);
            await _leases.RenewAsync(default);
            _clock.Advance(Options.Lease / 3);
        }

        Assert.True(_leases.IsSteady);
    }

    [Fact]
    public async Task A_pause_of_this_process_is_a_gap_until_another_whole_lease_has_passed()
    {
        await RenewForALeaseAsync();
        Assert.True(_leases.IsSteady);

        _clock.Advance(Options.Lease);
        Assert.False(_leases.IsSteady);     // nothing has failed, and who knows what the others could do meanwhile

        await _leases.RenewAsync(default);
        Assert.False(_leases.IsSteady);
        await RenewForALeaseAsync();
        Assert.True(_leases.IsSteady);
    }

    public async ValueTask DisposeAsync()
    {
        await _owners.DisposeAsync();
        _log.Dispose();
        await _store.DisposeAsync();
        await _services.DisposeAsync();
    }

    private async Task RenewForALeaseAsync()
    {
        for (var renewal = 0; renewal < 4; renewal++)
        {
            await _leases.RenewAsync(default);
            _clock.Advance(Options.Lease / 3);
        }
    }
}
