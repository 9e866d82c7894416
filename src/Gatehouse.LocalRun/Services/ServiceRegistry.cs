using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Api;
using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Instances;
using Gatehouse.LocalRun.Revisions;

namespace Gatehouse.LocalRun.Services;

/// <summary>
/// All services: what the API does to them. A change is written down and answered at once; what it means for revisions and traffic is worked
/// out behind it (<see cref="Reconciler"/>), so that <c>observedGeneration</c> lags as it does on the platform. Safe to use from any thread.
/// </summary>
internal sealed class ServiceRegistry(Platform platform, string project, Urls urls)
{
    private readonly Lock _gate = new();        // guards all below and every ServiceRun
    private readonly SortedDictionary<string, ServiceRun> _services = new(StringComparer.Ordinal);
    private readonly List<Task> _closings = [];
    private long _version = 1;
    private TaskCompletionSource _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The services whose state is to be worked out again. Unbounded: there is one entry for each change.</summary>
    private readonly Channel<ServiceRun> _changed = Channel.CreateUnbounded<ServiceRun>();

    public string Project => project;

    /// <summary>For the ingress; null if there is none.</summary>
    public ServiceRun? Find(string name)
    {
        lock (_gate) return _services.GetValueOrDefault(name);
    }

    public IReadOnlyList<string> Names
    {
        get { lock (_gate) return [.. _services.Keys]; }
    }

    public Service Get(string name)
    {
        lock (_gate) return ToResource(FindLocked(name));
    }

    public IReadOnlyList<Service> List()
    {
        lock (_gate) return [.. _services.Values.Select(ToResource)];
    }

    public Service Create(Service service, bool isDryRun)
    {
        ServiceValidation.Check(service, project, isNew: true);
        lock (_gate)
        {
            if (_services.ContainsKey(service.Name)) throw ApiException.AlreadyThere("Service", service.Name);
            var run = new ServiceRun(service.Name, platform.Clock.GetUtcNow());
            CheckTraffic(run, service);
            if (isDryRun) return service;
            _services.Add(run.Name, run);
            return AcceptLocked(run, service, "created");
        }
    }

    public Service Replace(string name, Service service, bool isDryRun)
    {
        if (service.Name != name) throw ApiException.Invalid("metadata.name", $"The name in the body ('{service.Name}') is not the one in the path ('{name}').");
        ServiceValidation.Check(service, project, isNew: false);
        lock (_gate)
        {
            var run = FindLocked(name);
            var current = run.Version.ToString(CultureInfo.InvariantCulture);
            if (service.Metadata.ResourceVersion is { Length: > 0 } given && given != current) throw ApiException.Conflict(name, given, current);
            CheckTraffic(run, service);
            CheckName(run, service.Spec.Template);
            return isDryRun ? service : AcceptLocked(run, service, "replaced");
        }
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            var run = FindLocked(name);
            _services.Remove(name);
            run.Plan = TrafficPlan.None;
            foreach (var revision in run.Revisions) _closings.Add(revision.Pool.CloseAsync("the service was deleted"));
            platform.Events.Add(new ServiceChanged(name, "deleted"));
        }
    }

    /// <summary>Done when a change has been worked out next: the time to look again.</summary>
    public Task NextTurn
    {
        get
        {
            lock (_gate) return _turn.Task;
        }
    }

    public IReadOnlyList<Revision> Revisions()
    {
        lock (_gate) return [.. _services.Values.SelectMany(service => service.Revisions).Select(ToResource).OrderBy(each => each.Name, StringComparer.Ordinal)];
    }

    public Revision Revision(string name)
    {
        lock (_gate) return ToResource(FindRevisionLocked(name).Revision);
    }

    /// <summary>Its instances end, and with them the sockets that are still on them.</summary>
    public void DeleteRevision(string name)
    {
        lock (_gate)
        {
            var (run, revision) = FindRevisionLocked(name);
            if (run.Plan.HasShare(name))
                throw new ApiException(400, "FAILED_PRECONDITION", $"Revision '{name}' has a share of the traffic of service '{run.Name}'; move its traffic first.");
            run.Revisions.Remove(revision);
            if (run.LatestCreated == revision) run.LatestCreated = run.Revisions.LastOrDefault();
            if (run.LatestReady == revision) run.LatestReady = null;
            run.Plan = new([.. run.Plan.Targets.Where(target => target.Revision != revision)]);
            _closings.Add(revision.Pool.CloseAsync("the revision was deleted"));
            platform.Events.Add(new RevisionDeleted(run.Name, name));
            _changed.Writer.TryWrite(run);
        }
    }

    /// <summary>Works out what changes mean, one after the other, until it is cancelled.</summary>
    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        var reconciler = new Reconciler(platform, urls);
        await foreach (var run in _changed.Reader.ReadAllAsync(cancellationToken))
        {
            lock (_gate)
            {
                if (!_services.ContainsValue(run)) continue;
                reconciler.Reconcile(run);
                run.Version = ++_version;
                _turn.SetResult();
                _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Ends all instances.</summary>
    public async Task CloseAsync()
    {
        Task[] closings;
        lock (_gate)
        {
            closings = [.. _closings, .. _services.Values.SelectMany(each => each.Revisions).Select(each => each.Pool.CloseAsync("the local cloud ends"))];
        }
        await Task.WhenAll(closings);
    }

    /// <summary>For the terminal's view.</summary>
    public IReadOnlyList<ServiceView> Views()
    {
        lock (_gate)
            return [.. _services.Values.Select(run => new ServiceView(run.Name, urls.OfService(run.Name), run.Plan.ToShares(),
                [.. run.Revisions.Select(revision => new RevisionView(
                    revision.Name, revision.State.ToString(), revision.Pool.View.Waiting, revision.Pool.View.Instances))]))];
    }

    private Service AcceptLocked(ServiceRun run, Service service, string change)
    {
        var before = run.Wanted;
        if (run.Generation is 0 || !AreSame(before.Spec, service.Spec)) run.Generation++;
        var isNewTemplate = run.LatestCreated is null || !ServiceRun.AreSame(before.Spec.Template, service.Spec.Template);
        run.Wanted = service;
        run.Version = ++_version;
        if (isNewTemplate) AddRevisionLocked(run, service.Spec.Template);
        platform.Events.Add(new ServiceChanged(run.Name, change));
        _changed.Writer.TryWrite(run);
        return ToResource(run);
    }

    private void AddRevisionLocked(ServiceRun run, RevisionTemplate template)
    {
        var name = template.Metadata.Name is { Length: > 0 } given ? given : MakeName(run);
        if (run.Find(name) is { } there)
        {
            run.LatestCreated = there;      // its own template has come back
            return;
        }
        var revision = new RevisionRun(run.Name, name, run.Generation, template, platform, () => _changed.Writer.TryWrite(run));
        run.Revisions.Add(revision);
        run.LatestCreated = revision;
        revision.Deploy();
    }

    private static string MakeName(ServiceRun run)
    {
        var suffix = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 3);
        return string.Create(CultureInfo.InvariantCulture, $"{run.Name}-{run.Generation:00000}-{suffix}");
    }

    private static bool AreSame(ServiceSpec one, ServiceSpec other) =>
        ServiceRun.AreSame(one.Template, other.Template) && (one.Traffic ?? []).SequenceEqual(other.Traffic ?? []);

    private static void CheckName(ServiceRun run, RevisionTemplate template)
    {
        if (template.Metadata.Name is { Length: > 0 } name && run.Find(name) is { } revision && !ServiceRun.AreSame(Named(revision.Template, name), template))
            throw new ApiException(409, "ALREADY_EXISTS", $"Revision named '{name}' with different configuration already exists.");
    }

    // The name may have been the platform's choice.
    private static RevisionTemplate Named(RevisionTemplate template, string name) => template with { Metadata = template.Metadata with { Name = name } };

    private static void CheckTraffic(ServiceRun run, Service service)
    {
        foreach (var target in service.Spec.Traffic ?? [])
        {
            if (target is { Tag.Length: > 0, RevisionName: { } name } && name != service.Spec.Template.Metadata.Name && run.Find(name) is null)
                throw ApiException.Invalid("spec.traffic", $"Revision {name} does not exist or is deleted");
        }
    }

    private ServiceRun FindLocked(string name) => _services.GetValueOrDefault(name) ?? throw ApiException.NotFound("Service", name);

    private (ServiceRun Run, RevisionRun Revision) FindRevisionLocked(string name)
    {
        foreach (var run in _services.Values)
            if (run.Find(name) is { } revision) return (run, revision);
        throw ApiException.NotFound("Revision", name);
    }

    private Service ToResource(ServiceRun run) => run.Wanted with
    {
        ApiVersion = ApiVersions.Serving,
        Kind = "Service",
        Metadata = run.Wanted.Metadata with
        {
            Namespace = project,
            Uid = run.Uid,
            ResourceVersion = run.Version.ToString(CultureInfo.InvariantCulture),
            Generation = run.Generation,
            CreationTimestamp = run.CreatedAt,
        },
        Status = run.Status,
    };

    private Revision ToResource(RevisionRun revision) => revision.ToResource(project, "1");
}
