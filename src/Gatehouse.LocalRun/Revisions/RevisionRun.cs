using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Instances;
using Gatehouse.LocalRun.Services;

namespace Gatehouse.LocalRun.Revisions;

internal enum RevisionState { Deploying, Ready, Failed }

/// <summary>A revision and its instances. Its state is decided once, by the first instance; later failures leave it ready, as on the platform.</summary>
internal sealed class RevisionRun
{
    private readonly Platform _platform;
    private readonly Action _changed;
    private readonly Lock _gate = new();        // guards the three below
    private RevisionState _state;
    private string? _failure;
    private DateTimeOffset _decidedAt;

    public RevisionRun(string service, string name, long generation, RevisionTemplate template, Platform platform, Action changed)
    {
        (_platform, _changed, Template) = (platform, changed, template);
        Settings = RevisionSettings.Of(service, name, template.Metadata, template.Spec);
        Pool = new(Settings, platform, Checked);
        _decidedAt = platform.Clock.GetUtcNow();
        Base = new()
        {
            ApiVersion = ApiVersions.Serving,
            Kind = "Revision",
            Metadata = template.Metadata with
            {
                Name = name,
                Uid = Guid.NewGuid().ToString(),
                Generation = 1,
                CreationTimestamp = _decidedAt,
                Labels = new SortedDictionary<string, string>((template.Metadata.Labels ?? new Dictionary<string, string>()).ToDictionary(), StringComparer.Ordinal)
                {
                    ["serving.knative.dev/service"] = service,
                    ["serving.knative.dev/configuration"] = service,
                    ["serving.knative.dev/configurationGeneration"] = generation.ToString(System.Globalization.CultureInfo.InvariantCulture),
                },
            },
            Spec = template.Spec,
        };
    }

    public string Name => Settings.Revision;

    public RevisionTemplate Template { get; }

    public RevisionSettings Settings { get; }

    public InstancePool Pool { get; }

    public RevisionState State
    {
        get { lock (_gate) return _state; }
    }

    /// <summary>Why it has failed; null unless it has.</summary>
    public string? Failure
    {
        get { lock (_gate) return _failure; }
    }

    private Revision Base { get; }

    /// <summary>Begins the check that decides whether it is any good.</summary>
    public void Deploy()
    {
        _platform.Events.Add(new RevisionCreated(Settings.Service, Name));
        if (Settings.IsHealthCheckDisabled) Checked(null);
        else Pool.StartFirst();
    }

    /// <summary>As the API shows it.</summary>
    public Revision ToResource(string project, string resourceVersion)
    {
        lock (_gate)
        {
            var conditions = new Conditions(_decidedAt);
            return Base with
            {
                Metadata = Base.Metadata with { Namespace = project, ResourceVersion = resourceVersion },
                Status = new()
                {
                    ObservedGeneration = 1,
                    ServiceName = Settings.Service,
                    Conditions = _state switch
                    {
                        RevisionState.Ready => [conditions.True("Ready"), conditions.True("ContainerHealthy"), conditions.True("ContainerReady"), conditions.True("ResourcesAvailable")],
                        RevisionState.Failed => [
                            conditions.False("Ready", Conditions.HealthCheckFailed, _failure!), conditions.False("ContainerHealthy", Conditions.HealthCheckFailed, _failure!),
                            conditions.True("ContainerReady"), conditions.True("ResourcesAvailable")],
                        _ => [
                            conditions.Unknown("Ready", "Deploying", "Deploying Revision."), conditions.Unknown("ContainerHealthy", "Deploying", "Deploying Revision."),
                            conditions.True("ContainerReady"), conditions.Unknown("ResourcesAvailable", "Deploying", "Deploying Revision.")],
                    },
                },
            };
        }
    }

    private void Checked(string? failure)
    {
        lock (_gate)
        {
            if (_state is not RevisionState.Deploying) return;
            _state = failure is null ? RevisionState.Ready : RevisionState.Failed;
            _failure = failure is null ? null
                : $"The user provided container failed to start and listen on port defined by PORT={Settings.ContainerPort} environment variable within the allocated timeout. "
                + "This can happen if the port is misconfigured or if the timeout is too short. The healthcheck timeout can be extended. Here: " + failure;
            _decidedAt = _platform.Clock.GetUtcNow();
        }
        if (failure is null)
        {
            _platform.Events.Add(new RevisionReady(Settings.Service, Name));
        }
        else
        {
            _platform.Events.Add(new RevisionFailed(Settings.Service, Name, Conditions.HealthCheckFailed, failure));
            _ = Pool.CloseAsync("the revision has failed");
        }
        _changed();
    }
}
