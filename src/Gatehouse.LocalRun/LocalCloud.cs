using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Api;
using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Ingress;
using Gatehouse.LocalRun.Instances;
using Gatehouse.LocalRun.Jobs;
using Gatehouse.LocalRun.Services;
using Gatehouse.LocalRun.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Gatehouse.LocalRun;

/// <summary>
/// A Cloud Run of one's own: revisions are processes, and one port serves the ingress (<c>http://SERVICE.localhost:PORT</c>) and the API
/// (<c>http://localhost:PORT/apis/…</c>). Disposing ends all instances and waits for them. Safe to use from any thread.
/// </summary>
public sealed class LocalCloud : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Platform _platform;
    private readonly ServiceRegistry _services;
    private readonly JobRegistry _jobs;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _reconciling;
    private readonly LocalCloudOptions _options;
    private bool _isDisposed;

    private LocalCloud(LocalCloudOptions options, int port)
    {
        _options = options;
        Clock = options.TimeScale is 1 ? options.Clock : new ScaledTime(options.Clock, options.TimeScale);
        Address = new(FormattableString.Invariant($"http://localhost:{port}"));
        Events = new(Clock, options.Sink);
        _platform = new(options.Images, Clock, Events);
        var urls = new Urls(port);
        _services = new(_platform, options.Project, urls);
        _jobs = new(_platform, options.Project);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddLogging();
        builder.Services.AddHttpForwarder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listener.Configure(kestrel, port));
        _app = builder.Build();
        var frontEnd = new FrontEnd(_services, _app.Services.GetRequiredService<IHttpForwarder>(), _platform, urls, options.ReservesPathsEndingInZ);
        var api = new ApiDoor(options.Project, new(_services), new(_jobs));
        _app.Run(context => api.Serves(context) ? api.AnswerAsync(context) : frontEnd.AnswerAsync(context));
        _reconciling = Task.Run(() => _services.ReconcileAsync(_ending.Token));
    }

    /// <summary>Where the API is, and under it every service by its <c>Host</c>.</summary>
    public Uri Address { get; }

    /// <summary>The project (namespace) of all resources.</summary>
    public string Project => _options.Project;

    /// <summary>All that happens.</summary>
    public EventStream Events { get; }

    /// <summary>The platform's time.</summary>
    public TimeProvider Clock { get; }

    /// <summary>What is there at this moment, for people.</summary>
    public IReadOnlyList<ServiceView> Services => _services.Views();

    /// <summary>Starts an empty cloud.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<LocalCloud> StartAsync(LocalCloudOptions options, CancellationToken cancellationToken = default)
    {
        if (!ScaledTime.Allows(options.TimeScale))
            throw new ArgumentOutOfRangeException(nameof(options), options.TimeScale, $"TimeScale must be above 0 and at most {ScaledTime.Most}.");
        var cloud = new LocalCloud(options, options.Port is 0 ? new FreePorts().Take() : options.Port);
        try
        {
            await cloud._app.StartAsync(cancellationToken);
            return cloud;
        }
        catch
        {
            await cloud.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates or replaces a service, as the API would, and waits until it is ready or has failed.</summary>
    /// <returns>The service as it then is; its condition <c>Ready</c> says which.</returns>
    /// <exception cref="ApiException">The platform would refuse it.</exception>
    public Task<Service> ApplyAsync(Service service, CancellationToken cancellationToken = default) => SettledAsync(Apply(service).Name, cancellationToken);

    /// <summary>Creates or replaces a service, as the API would, and waits for nothing.</summary>
    /// <exception cref="ApiException">The platform would refuse it.</exception>
    public Service Apply(Service service) =>
        _services.Find(service.Name) is null ? _services.Create(service, isDryRun: false) : _services.Replace(service.Name, service, isDryRun: false);

    /// <summary>Waits until a service, as it was last applied, is ready or has failed.</summary>
    /// <returns>The service as it then is; its condition <c>Ready</c> says which.</returns>
    /// <exception cref="ApiException">There is none of that name.</exception>
    public async Task<Service> SettledAsync(string service, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var turn = _services.NextTurn;
            var now = _services.Get(service);
            if (now.Status is { } status && status.ObservedGeneration == now.Metadata.Generation
                && status.Conditions?.FirstOrDefault(each => each.Type is "Ready")?.Status is "True" or "False") return now;
            // It ends only with the cloud, or by an exception, which is then whoever waits its due.
            if (await Task.WhenAny(turn, _reconciling).WaitAsync(cancellationToken) == _reconciling) await _reconciling;
        }
    }

    /// <summary>Creates or replaces a job, as the API would. It does not run yet.</summary>
    /// <exception cref="ApiException">The platform would refuse it.</exception>
    public Job Apply(Job job) => _jobs.List().Any(each => each.Name == job.Name) ? _jobs.Replace(job.Name, job) : _jobs.Create(job);

    /// <summary>Runs a job and waits until its execution is over.</summary>
    /// <returns>The execution; its condition <c>Completed</c> says how it ended.</returns>
    /// <exception cref="ApiException">There is none of that name.</exception>
    public async Task<Execution> RunJobAsync(string job, CancellationToken cancellationToken = default)
    {
        var execution = _jobs.Run(job, "");
        await _jobs.EndOf(execution.Name).WaitAsync(cancellationToken);
        return _jobs.Execution(execution.Name);
    }

    /// <summary>Deletes a service, as the API would.</summary>
    /// <exception cref="ApiException">There is none of that name.</exception>
    public void Delete(string service) => _services.Delete(service);

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await Task.WhenAll(_services.CloseAsync(), _jobs.CloseAsync());
        await _app.DisposeAsync();
        await _ending.CancelAsync();
        await _reconciling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _platform.Dispose();
        Events.Complete();
        _ending.Dispose();
    }
}
