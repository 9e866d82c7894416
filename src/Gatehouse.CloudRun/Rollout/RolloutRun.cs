using Gatehouse.CloudRun.Api;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>One run of a rollout by this process: its state, which is the service's, and what it has measured, which is its own.</summary>
internal sealed class RolloutRun : IAsyncDisposable
{
    private readonly List<JournalEntry> _entries = [];

    public RolloutRun(RolloutTools tools, RolloutRequest request)
    {
        (Tools, Request) = (tools, request);
        Editor = new(tools.Api, request.Service.Name, tools.Settings.Pace, tools.Clock);
        Http = new(LocalhostDialer.CreateHandler());
        Web = new(Http, tools.Clock);
        StartedAt = tools.Clock.GetUtcNow();
        Judge = new(tools.Thresholds);
    }

    public RolloutTools Tools { get; }

    public RolloutRequest Request { get; }

    public ServiceEditor Editor { get; }

    public HttpMessageInvoker Http { get; }

    public ServiceWeb Web { get; }

    public Judge Judge { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>As it is in the service; before the first change, as it will be.</summary>
    public required RolloutState State { get; set; }

    public RevisionMeasures Candidate { get; } = new();

    public RevisionMeasures Stable { get; } = new();

    /// <summary>What the instances of both have told since this run began.</summary>
    public FleetMeter CandidateFleet => field ??= new(State.Candidate);

    public FleetMeter? StableFleet => State.Stable is { } stable ? field ??= new(stable) : null;

    public RolloutFigures Figures { get; } = new();

    /// <summary>Sockets at the candidate from its verification on.</summary>
    public HeldSockets? Held { get; set; }

    public List<Breach> Breaches { get; } = [];

    public List<string> Remarks { get; } = [];

    public IReadOnlyList<JournalEntry> Entries => _entries;

    public TimeProvider Clock => Tools.Clock;

    public void Say(string text)
    {
        var entry = new JournalEntry(Clock.GetUtcNow(), State.Step, text);
        _entries.Add(entry);
        Tools.Journal?.Write(entry);
    }

    /// <summary>Changes the service as the owner of its rollout, and takes the state over as it is then.</summary>
    /// <exception cref="RolloutException">Somebody else has the rollout now, or has changed the traffic.</exception>
    public async Task<Service> ChangeAsync(Func<Service, RolloutState, Service?> decide, CancellationToken cancellationToken)
    {
        // The last change of all takes the state away: where it came through after all, there is nothing left to do.
        var service = await Editor.ChangeAsync(live => HasEnded(live) ? null : decide(live, Mine(live)), cancellationToken);
        State = StateAnnotations.ReadState(service) ?? State;
        return service;
    }

    /// <summary>Writes that a step begins.</summary>
    public Task EnterAsync(RolloutStep step, int share, CancellationToken cancellationToken) => ChangeAsync(
        (live, state) => state.Step == step && state.Share == share ? null : StateAnnotations.With(live, Signed(state) with { Step = step, Share = share }),
        cancellationToken);

    public RolloutState Signed(RolloutState state) => state with { AliveAt = Clock.GetUtcNow() };

    public async ValueTask DisposeAsync()
    {
        if (Held is { } held) await held.DisposeAsync();
        Web.Dispose();
        Http.Dispose();
        Editor.Dispose();
    }

    private bool HasEnded(Service live) => StateAnnotations.ReadState(live) is null && StateAnnotations.ReadLast(live)?.Id == State.Id;

    private RolloutState Mine(Service live) => StateAnnotations.ReadState(live) is { } state && state.Owner.Key == State.Owner.Key && state.Id == State.Id
        ? state
        : throw new RolloutException($"the rollout of '{live.Name}' is somebody else's now: its annotation {StateAnnotations.State} has been changed");
}
